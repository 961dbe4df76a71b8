"""A wrong answer falls, whatever is wrong with it, and is told what that means."""

from typing import Any

from pytest import mark

from scenarios.lab import EXERCISES, grade
from scenarios.lab.solutions import SOLUTIONS
from scenarios.lab.wrong import WRONG
from tests.real.tiers import sampled
from tests.scenarios.lab.slips import SLIPS, hunting, owning, paying, pure, saving, waiting, waking
from tests.scenarios.lab.styles import STYLES


@mark.parametrize(("name", "function"), sampled(SLIPS, every=50))
def test_a_wrong_answer_falls_and_is_told_why(name: str, function: Any) -> None:
    exercise = EXERCISES[name]
    answer = grade(exercise, function)
    assert not answer.passed
    if answer.hints:
        assert answer.outcome is not None
        meant = exercise.reason(answer.outcome.violations[0])
        assert meant != ""
        assert answer.hints[2].endswith(meant)
    else:  # it did what no function may do, and that is said
        assert answer.words.startswith(("Your function ", f"{name.replace('-', '_')} "))


def test_two_hundred_answers_are_graded() -> None:
    assert len(SOLUTIONS) + len(STYLES) + len(WRONG) + len(SLIPS) >= 200
    slipped = [slip.values[0] for slip in SLIPS]
    assert min(slipped.count(name) for name in EXERCISES) >= 7
    assert {slip.values[1].__module__ for slip in SLIPS} >= {
        it.__name__ for it in (pure, waiting, saving, waking, paying, hunting, owning)
    }
