"""What learners hand in is answered in words, whatever it is."""

import asyncio
import sys
import time
from collections.abc import Callable
from typing import Any

from pytest import CaptureFixture, mark, raises

from scenarios.lab import EXERCISES, exercise_named, grade
from scenarios.lab.answer import Answer
from scenarios.lab.limited_output import MOST
from scenarios.lab.solutions import SOLUTIONS
from scenarios.lab.words import WIDE
from services.common import aggregate, versioning
from services.common.versioning import Decision


def said_of(function: Any, exercise: str = "decide") -> str:
    answer = grade(EXERCISES[exercise], function)
    assert not answer.passed
    assert not answer.hints
    return answer.words


def test_what_is_no_function_is_named() -> None:
    assert said_of(42) == "decide is a function, and `42` is none."


def test_what_is_no_function_of_the_learners_is_named() -> None:
    assert said_of(None) == "decide is a function, and `None` is none."
    assert said_of(len) == "decide is a function, and `<built-in function len>` is none."
    assert said_of(Decision) == "decide is a function, and `<enum 'Decision'>` is none."


def test_parameters_that_are_missing_are_named() -> None:
    def decide(*, applied: int) -> Decision:
        return Decision.APPLY

    wanted = "decide takes `(*, applied, announced)`, and yours takes `(*, applied)`."
    assert said_of(decide) == wanted


def test_parameters_in_another_order_are_named() -> None:
    def reserve(ticket: Any, order: Any, hold: int, version: int) -> Any:
        return ticket, []

    wanted = "`(ticket, order, version, hold)`, and yours takes `(ticket, order, hold, version)`."
    assert said_of(reserve, "reserve").endswith(wanted)


def test_a_method_without_self_is_named() -> None:
    async def commit(before: int, state: Any, events: Any) -> None:
        return None

    wanted = "takes `(self, before, state, events)`, and yours takes `(before, state, events)`."
    assert said_of(commit, "commit").endswith(wanted)


def test_a_generator_is_told_to_return() -> None:
    def decide(*, applied: int, announced: int) -> Any:
        yield Decision.APPLY

    assert "write return for yield" in said_of(decide)


def test_async_where_none_is_wanted_is_named() -> None:
    async def decide(*, applied: int, announced: int) -> Decision:
        return Decision.APPLY

    assert "without async" in said_of(decide)


def test_async_that_is_missing_is_named() -> None:
    def commit(self: Any, before: int, state: Any, events: Any) -> None:
        return None

    assert "async def" in said_of(commit, "commit")


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


def _turns_in_circles() -> None:
    while True:
        pass


def test_a_loop_that_comes_to_no_new_line_is_ended() -> None:
    def decide(*, applied: int, announced: int) -> Decision:
        _turns_in_circles()
        return Decision.APPLY

    assert "does not come to an end in its line 3 of _turns_in_circles: `pass`" in said_of(decide)


def test_a_deep_recursion_is_told() -> None:
    def decide(*, applied: int, announced: int) -> Decision:
        return decide(applied=applied, announced=announced)

    assert "raised `RecursionError" in said_of(decide)


def test_a_shop_that_cannot_open_is_told() -> None:
    async def prepare(self: Any) -> None:
        await asyncio.sleep(1e9)

    assert said_of(prepare, "prepare") == "The shop does not run with it: a service never came up."


def test_whoever_waits_for_ever_is_answered() -> None:
    async def commit(self: Any, before: int, state: Any, events: Any) -> None:
        await asyncio.get_running_loop().create_future()

    answer = grade(EXERCISES["commit"], commit)
    assert answer.invariant == "story"
    assert "Line 2 of your function ran last" in " ".join(answer.hints)


def test_little_of_what_is_printed_is_shown(capsys: CaptureFixture[str]) -> None:
    def decide(*, applied: int, announced: int) -> Decision:
        print("I am asked", applied, announced)
        return versioning.Decision.GAP

    grade(EXERCISES["decide"], decide)
    printed = capsys.readouterr().out
    assert printed.startswith("I am asked -1 0")
    assert printed.endswith("the rest is not shown.\n")
    assert len(printed) < 2 * MOST


def test_a_line_in_a_helper_is_told_with_where_it_was_called() -> None:
    def answer_of(applied: int, announced: int) -> Decision:
        return Decision.APPLY

    def decide(*, applied: int, announced: int) -> Decision:
        return answer_of(applied, announced)

    (_, _, line) = grade(EXERCISES["decide"], decide).hints
    where = "Line 2 of your function ran last before that: `return answer_of(applied, announced)`"
    assert line.startswith(f"{where}, and there line 2 of answer_of: `return Decision.APPLY`.")


def test_an_interruption_goes_through_and_leaves_nothing_behind() -> None:
    real, now = versioning.decide, time.time

    def decide(*, applied: int, announced: int) -> Decision:
        raise KeyboardInterrupt

    with raises(KeyboardInterrupt):
        grade(EXERCISES["decide"], decide)
    assert versioning.decide is real
    assert time.time is now
    assert sys.gettrace() is None or "coverage" in sys.modules
    assert grade(EXERCISES["decide"], SOLUTIONS["decide"], seeds=2).passed


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


def test_a_hint_is_broken_between_words() -> None:
    answer = Answer("decide", False, "", 1, 1, 0.0, "story", ("three-legged words " * 20,))
    lines = answer.hint(1).splitlines()
    assert max(map(len, lines)) <= WIDE
    assert " ".join(lines).split() == ["three-legged", "words"] * 20


def test_an_exercise_that_is_misspelt_is_asked_back() -> None:
    with raises(LookupError, match="did you mean 'decide'"):
        exercise_named("decode")
