"""A right answer is right in whatever style it is written."""

from typing import Any

from pytest import mark

from scenarios.lab import EXERCISES, grade
from tests.real.tiers import sampled
from tests.scenarios.lab.styles import STYLES, early, hunting, late, owning, paying, saving, waking

SEEDS = 12  # each was seen to hold under all two hundred; what differs here is how it is called


@mark.parametrize(("exercise", "function"), sampled(STYLES, every=40))
def test_a_right_answer_holds_in_any_style(exercise: str, function: Any) -> None:
    answer = grade(EXERCISES[exercise], function, seeds=SEEDS)
    assert answer.passed, (answer, *answer.hints)
    assert answer.runs == SEEDS


def test_each_exercise_has_right_answers_in_four_styles() -> None:
    entered = [style.values[0] for style in STYLES]
    assert min(entered.count(name) for name in EXERCISES) >= 4
    assert {style.values[1].__module__ for style in STYLES} >= {
        it.__name__ for it in (early, late, saving, waking, paying, hunting, owning)
    }
