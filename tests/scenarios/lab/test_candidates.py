"""What learners hand in is answered in words, whatever it is."""

from collections.abc import Callable
from typing import Any

from pytest import mark, raises

from scenarios.lab import EXERCISES, exercise_named, grade
from scenarios.lab.answer import Answer
from scenarios.lab.solutions import SOLUTIONS
from services.common import aggregate, versioning
from services.common.versioning import Decision


def said_of(function: Any, exercise: str = "decide") -> str:
    answer = grade(EXERCISES[exercise], function)
    assert not answer.passed
    assert not answer.hints
    return answer.words


def test_what_is_no_function_is_named() -> None:
    assert said_of(42) == "decide is a function, and 42 is none."


def test_other_parameters_are_named() -> None:
    def decide(applied: int, announced: int) -> Decision:
        return Decision.APPLY

    wanted = "decide takes (*, applied, announced), and yours takes (applied, announced)."
    assert said_of(decide) == wanted


def test_async_where_none_is_wanted_is_named() -> None:
    async def decide(*, applied: int, announced: int) -> Decision:
        return Decision.APPLY

    assert "without async" in said_of(decide)


def test_async_that_is_missing_is_named() -> None:
    def commit(self: Any, before: int, state: Any, events: Any) -> None:
        return None

    assert "async def" in said_of(commit, "commit")


def test_an_error_is_told_with_its_line() -> None:
    def decide(*, applied: int, announced: int) -> Decision:
        return Decision.APPLY if announced / (applied + 1) else Decision.GAP

    said = said_of(decide)
    assert "raised ZeroDivisionError" in said
    assert "line 2: return Decision.APPLY if announced" in said


def test_a_result_that_makes_no_sense_is_told() -> None:
    def decide(*, applied: int, announced: int) -> str:
        return "apply"

    assert said_of(decide) == "Your function returned 'apply', where a Decision is wanted."


def test_a_loop_without_end_is_ended() -> None:
    def decide(*, applied: int, announced: int) -> Decision:
        while True:
            applied += 1

    assert "does not come to an end" in said_of(decide)


def test_a_loop_without_end_that_awaits_is_ended() -> None:
    async def commit(self: Any, before: int, state: Any, events: Any) -> None:
        while True:
            await self._documents.find_one({"_id": state["_id"]})

    answer = grade(EXERCISES["commit"], commit)
    assert not answer.passed
    assert answer.invariant in ("", "nothing-stuck")


def test_a_loop_that_swallows_everything_it_can_is_ended() -> None:
    def decide(*, applied: int, announced: int) -> Decision:
        while True:
            try:
                applied += 1
            except Exception:
                applied = 0

    assert "does not come to an end" in said_of(decide)


@mark.parametrize(
    ("exercise", "owner", "name"),
    [("decide", versioning, "decide"), ("commit", aggregate.Aggregates, "commit")],
)
def test_production_is_back_in_place_afterwards(exercise: str, owner: Any, name: str) -> None:
    real: Callable[..., Any] = getattr(owner, name)
    grade(EXERCISES[exercise], SOLUTIONS[exercise], seeds=2)
    assert getattr(owner, name) is real


def test_no_hint_is_given_to_whoever_needs_none() -> None:
    answer = grade(EXERCISES["decide"], SOLUTIONS["decide"], seeds=2)
    assert "nothing to hint at" in answer.hint(1)
    assert "no failing story" in answer.explore()


def test_hints_come_one_at_a_time() -> None:
    answer = Answer("decide", False, "", 1, 1, 0.0, "story", ("one", "two", "three"))
    assert [answer.hint(step) for step in (1, 2, 3)] == ["one", "two", "three"]
    assert "three hints" in answer.hint(4)


def test_an_exercise_that_is_misspelt_is_asked_back() -> None:
    with raises(LookupError, match="did you mean 'decide'"):
        exercise_named("decode")
