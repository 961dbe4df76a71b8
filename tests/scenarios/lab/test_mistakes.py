"""What a function did that none may do is said in one line, with the line that did it."""

import asyncio
import socket
import sys
import time
from collections.abc import Callable
from contextlib import closing
from itertools import count
from typing import Any

from pytest import WarningsRecorder, mark

from scenarios.lab import EXERCISES, grade
from scenarios.lab.answer import Answer
from services.common.events import OrderAwaitingPayment, OrderCancelled, OrderedTicket
from services.common.versioning import Decision
from tests.scenarios.lab.test_candidates import said_of


def test_an_error_is_told_with_its_line() -> None:
    def decide(*, applied: int, announced: int) -> Decision:
        return Decision.APPLY if announced / (applied + 1) else Decision.GAP

    said = said_of(decide)
    assert "raised `ZeroDivisionError" in said
    assert "line 2: `return Decision.APPLY if announced" in said


def test_an_error_is_told_with_the_line_that_it_came_from_and_not_the_last_that_ran() -> None:
    calls = count()

    async def commit(self: Any, before: int, state: Any, events: Any) -> None:
        if next(calls) == 0:
            await self._documents.update_one({}, {"$nothing": 1})
        await asyncio.sleep(1.0)  # where the second call is by then

    assert "in its line 3: `await self._documents.update_one" in said_of(commit, "commit")


def test_an_event_that_cannot_be_is_told_in_one_line() -> None:
    def expire(order: Any) -> Any:
        ticket = OrderedTicket(id=order.ticket_id)
        said = OrderCancelled(id=order.id, version=1, reason="late", ticket=ticket)  # type: ignore[arg-type]
        return order, [said]

    assert said_of(expire, "expire").startswith(
        "Your function raised `ValidationError: OrderCancelled: reason: Input should be "
        "'user' or 'expired'` in its line 3"
    )


def test_a_result_that_makes_no_sense_is_told() -> None:
    def decide(*, applied: int, announced: int) -> str:
        return "apply"

    assert said_of(decide) == "Your function returned `'apply'`, where a Decision is wanted."


def test_a_result_is_told_without_what_is_in_it_so_that_its_shape_is_seen() -> None:
    def confirm(order: Any) -> Any:
        ticket = OrderedTicket(id=order.ticket_id)
        return order, OrderAwaitingPayment(id=order.id, version=1, ticket=ticket)

    wanted = "returned `(Order(…), OrderAwaitingPayment(…))`, where an order and a list of events"
    assert wanted in said_of(confirm, "confirm")


@mark.parametrize(
    ("does", "said"),
    [
        (
            lambda: time.sleep(10),
            "raised `SandboxViolation: time.sleep(10) was attempted inside a simulated world: a",
        ),
        (
            lambda: socket.create_connection(("127.0.0.1", 9)),
            "raised `SandboxViolation: socket.getaddrinfo",
        ),
        (lambda: sys.exit(3), "raised `SystemExit: 3`"),
        (lambda: (_ for _ in ()).throw(OSError("mine")), "raised `OSError: mine`"),
        (lambda: [0] * 10**15, "raised `MemoryError`"),
    ],
)
def test_what_no_function_may_do_is_told(does: Callable[[], Any], said: str) -> None:
    def decide(*, applied: int, announced: int) -> Decision:
        does()
        return Decision.APPLY

    assert said in said_of(decide)


def test_an_index_that_mongodb_would_refuse_is_refused_in_its_words() -> None:
    async def prepare(self: Any) -> None:
        await self._documents.create_index("held_ticket", unique="yes", sparse=True)

    said = said_of(prepare, "prepare")
    assert said.startswith("Your function raised `OperationFailure: The field 'unique' has value")
    assert "in its line 2: `await self._documents.create_index" in said


def test_an_error_of_ones_own_is_not_taken_for_an_outage() -> None:
    async def commit(self: Any, before: int, state: Any, events: Any) -> None:
        raise TimeoutError("mine")

    assert "raised `TimeoutError: mine` in its line 2" in said_of(commit, "commit")


def test_an_error_is_told_alike_in_every_process() -> None:
    async def commit(self: Any, before: int, state: Any, events: Any) -> None:
        raise ValueError(object())

    said = said_of(commit, "commit")
    assert said.startswith("Your function raised `ValueError: <object object>` in its line 2")


def test_what_is_not_awaited_is_told() -> None:
    async def prepare(self: Any) -> None:
        self._documents.create_index("hold", unique=True)

    said = said_of(prepare, "prepare")
    assert said.startswith("Your function does not await `create_index(…)` in its line 2")
    assert said.endswith("without `await`, such a call is not even begun.")


def test_what_is_not_awaited_is_told_wherever_it_was_defined(
    recwarn: WarningsRecorder,
) -> None:
    async def ring(self: Any, timer: Any) -> None:
        if await self._timers.is_set(timer.order_id):
            self._announce(timer)
            await self._timers.settle(timer.order_id, self._clock.now())

    assert "does not await `announce(…)` in its line 3" in said_of(ring, "ring")
    assert not recwarn.list


def test_what_is_used_before_it_is_awaited_is_told(recwarn: WarningsRecorder) -> None:
    async def commit(self: Any, before: int, state: Any, events: Any) -> None:
        found = self._documents.update_one({"_id": state["_id"]}, {"$set": state})
        if found.matched_count == 0:
            raise AssertionError

    said = said_of(commit, "commit")
    assert "uses what it has not awaited in its line 3: `if found.matched_count == 0:`" in said
    assert not recwarn.list


def test_what_is_not_awaited_but_returned_is_told_alike_in_every_process() -> None:
    async def prepare(self: Any) -> Any:
        return self._documents.create_index("hold", unique=True)

    said = said_of(prepare, "prepare")
    assert said.startswith("Your function returned `<coroutine object ")
    assert "0x" not in said


def test_waiting_for_what_belongs_to_another_loop_is_told() -> None:
    with closing(asyncio.new_event_loop()) as other:
        foreign = other.create_future()
        for _ in range(20):  # make its name long, as a path may be on another machine
            foreign.add_done_callback(print)

        async def commit(self: Any, before: int, state: Any, events: Any) -> None:
            await foreign

        assert "waits for something that does not belong to this shop" in said_of(commit, "commit")


def test_code_is_shown_as_it_is_and_no_other_sign_has_a_meaning() -> None:
    shown = Answer("commit", False, "It <b>fell</b> at `{'$set': a < b}`", 1, 1, 0.0)
    wanted = "**✗ commit** – It &lt;b&gt;fell&lt;/b&gt; at `{'$set': a < b}`"
    assert shown.in_markdown() == wanted


def test_the_story_of_a_mistake_is_not_said_to_hold_and_shows_where_it_was_made() -> None:
    def decide(*, applied: int, announced: int) -> Any:
        return Decision.APPLY if announced == applied + 1 else None

    answer = grade(EXERCISES["decide"], decide)
    assert answer.outcome is not None
    breach = answer.outcome.violations[0]
    assert (breach.invariant, f"{breach.message}.") == ("your-function", answer.words)
    (shown,) = (answer.outcome.trace.events[number] for number in breach.events)
    assert (shown.kind, shown["what"], shown["where"]) == ("log", "failed", "ticket.updated")
    assert repr(answer.explore()) == "decide, seed 7001: violated: your-function"
