"""Right answers pass, and each typical wrong one fails for the reason that it teaches."""

from pytest import mark, param

from scenarios.lab import EXERCISES, grade
from scenarios.lab.grader import SEEDS
from scenarios.lab.solutions import SOLUTIONS
from scenarios.lab.wrong import WRONG, Wrong

PATIENCE_S = 50.0  # ten times what learners are promised, for a machine that does other things too
NAMED = [param(wrong, id=f"{wrong.exercise} {wrong.name}") for wrong in WRONG]


@mark.parametrize("name", EXERCISES)
def test_a_reference_solution_holds_under_every_seed_within_seconds(name: str) -> None:
    answer = grade(EXERCISES[name], SOLUTIONS[name])
    assert answer.passed, (answer, *answer.hints)
    assert answer.runs == SEEDS
    assert answer.seconds < PATIENCE_S


@mark.parametrize("wrong", NAMED)
def test_a_typical_wrong_answer_fails_for_the_reason_it_teaches(wrong: Wrong) -> None:
    exercise = EXERCISES[wrong.exercise]
    answer = grade(exercise, wrong.function)
    assert not answer.passed
    assert answer.invariant == wrong.invariant, answer.hints
    which, events, line = answer.hints
    assert which.startswith(wrong.invariant)
    assert events.startswith("Look at ")
    assert wrong.line in line
    assert line.endswith(exercise.reasons[wrong.invariant])


@mark.parametrize("wrong", NAMED[:1])
def test_a_wrong_answer_comes_with_the_smallest_story_met(wrong: Wrong) -> None:
    answer = grade(EXERCISES[wrong.exercise], wrong.function)
    assert answer.outcome is not None
    assert f"{len(answer.outcome.trace.events)} events" in answer.words
    assert "<svg" in answer.explore()._repr_mimebundle_()["image/svg+xml"]


def test_the_same_answer_is_given_twice() -> None:
    wrong = WRONG[0]
    first, again = (grade(EXERCISES[wrong.exercise], wrong.function) for _ in range(2))
    assert (first.words, first.hints) == (again.words, again.hints)


def test_each_exercise_has_a_solution_and_a_wrong_answer() -> None:
    assert set(SOLUTIONS) == set(EXERCISES) == {wrong.exercise for wrong in WRONG}


def test_each_notebook_has_at_least_two_exercises() -> None:
    notebooks = [exercise.notebook for exercise in EXERCISES.values()]
    assert min(notebooks.count(number) for number in range(1, 7)) >= 2
