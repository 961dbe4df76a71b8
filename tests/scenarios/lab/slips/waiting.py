"""Slips in functions that ask a server, and wait for what it says."""

import asyncio
from contextlib import suppress
from typing import Any

from scenarios.lab.solutions.order import follow as sound
from services.common.aggregate import _changes
from services.common.errors import Conflict
from services.common.versioning import Decision, OutOfOrder, is_next
from services.orders.domain import confirm
from tests.scenarios.lab.slips import wrong

# --- ring -----------------------------------------------------------------------------------------


@wrong("ring")
async def does_nothing(self: Any, timer: Any) -> None:
    return None


@wrong("ring")
async def only_forgets(self: Any, timer: Any) -> None:
    await self._timers.settle(timer.order_id, self._clock.now())


@wrong("ring")
async def rings_what_is_not_set(self: Any, timer: Any) -> None:
    if not await self._timers.is_set(timer.order_id):
        await self._announce(timer)
        await self._timers.settle(timer.order_id, self._clock.now())


@wrong("ring")
async def asks_about_another(self: Any, timer: Any) -> None:
    if await self._timers.is_set("timer"):
        await self._announce(timer)
        await self._timers.settle(timer.order_id, self._clock.now())


@wrong("ring")
async def forgets_another(self: Any, timer: Any) -> None:
    if await self._timers.is_set(timer.order_id):
        await self._announce(timer)
        await self._timers.settle("timer", self._clock.now())


@wrong("ring")
async def looks_and_does_not_care(self: Any, timer: Any) -> None:
    await self._timers.is_set(timer.order_id)
    await self._announce(timer)
    await self._timers.settle(timer.order_id, self._clock.now())


@wrong("ring")
async def looks_when_it_is_done(self: Any, timer: Any) -> None:
    await self._announce(timer)
    if await self._timers.is_set(timer.order_id):
        await self._timers.settle(timer.order_id, self._clock.now())


@wrong("ring")
async def gives_up_after_one_failure(self: Any, timer: Any) -> None:
    if await self._timers.is_set(timer.order_id):
        with suppress(Exception):
            await self._announce(timer)
        await self._timers.settle(timer.order_id, self._clock.now())


@wrong("ring")
async def does_both_at_once(self: Any, timer: Any) -> None:
    if await self._timers.is_set(timer.order_id):
        await asyncio.gather(
            self._announce(timer), self._timers.settle(timer.order_id, self._clock.now())
        )


# --- follow ---------------------------------------------------------------------------------------


async def applied_to(self: Any, ticket: Any) -> int:
    known = await self._tickets.load(ticket.id)
    return -1 if known is None else int(known.version)


@wrong("follow")
async def hears_nothing(self: Any, ticket: Any) -> Decision:
    return Decision.DUPLICATE


@wrong("follow")
async def only_confirms(self: Any, ticket: Any) -> Decision:
    if ticket.order_id is not None:
        await self._book.change(ticket.order_id, confirm)
    return Decision.APPLY


@wrong("follow")
async def takes_zero_for_nothing(self: Any, ticket: Any) -> Decision:
    known = await self._tickets.load(ticket.id)
    applied = 0 if known is None else known.version
    if not is_next(ticket.id, applied=applied, announced=ticket.version):
        return Decision.DUPLICATE
    if ticket.order_id is not None:
        await self._book.change(ticket.order_id, confirm)
    await self._tickets.advance(applied, ticket)
    return Decision.APPLY


@wrong("follow")
async def gives_old_news_back(self: Any, ticket: Any) -> Decision:
    applied = await applied_to(self, ticket)
    if not is_next(ticket.id, applied=applied, announced=ticket.version):
        return Decision.GAP
    if ticket.order_id is not None:
        await self._book.change(ticket.order_id, confirm)
    await self._tickets.advance(applied, ticket)
    return Decision.APPLY


@wrong("follow")
async def raises_for_old_news(self: Any, ticket: Any) -> Decision:
    applied = await applied_to(self, ticket)
    if ticket.version != applied + 1:
        raise OutOfOrder(ticket.id)
    if ticket.order_id is not None:
        await self._book.change(ticket.order_id, confirm)
    await self._tickets.advance(applied, ticket)
    return Decision.APPLY


@wrong("follow")
async def swallows_what_is_early(self: Any, ticket: Any) -> Decision:
    applied = await applied_to(self, ticket)
    with suppress(OutOfOrder):
        if is_next(ticket.id, applied=applied, announced=ticket.version):
            if ticket.order_id is not None:
                await self._book.change(ticket.order_id, confirm)
            await self._tickets.advance(applied, ticket)
            return Decision.APPLY
    return Decision.DUPLICATE


@wrong("follow")
async def forgets_to_say_what_it_did(self: Any, ticket: Any) -> None:
    applied = await applied_to(self, ticket)
    if is_next(ticket.id, applied=applied, announced=ticket.version):
        await self._tickets.advance(applied, ticket)


def answering(old: Decision, new: Decision) -> Any:
    async def follow(self: Any, ticket: Any) -> Decision:
        decision = await sound(self, ticket)
        return new if decision is Decision.APPLY else old

    return follow


wrong(
    "follow",
    answering(Decision.APPLY, Decision.APPLY),
    answering(Decision.DUPLICATE, Decision.DUPLICATE),
    answering(Decision.DUPLICATE, Decision.GAP),
)


# --- commit ---------------------------------------------------------------------------------------


def announced(self: Any, events: Any) -> Any:
    return {"$push": {"outbox": {"$each": self._outbox.seal(events)}}}


def read(self: Any, before: int, state: Any) -> Any:
    return {"_id": state["_id"], self._counter: before}


@wrong("commit")
async def tells_nobody(self: Any, before: int, state: Any, events: Any) -> None:
    found = await self._documents.update_one(read(self, before, state), _changes(state))
    if found.matched_count == 0:
        raise Conflict(state["_id"])
    self._outbox.wake()


@wrong("commit")
async def expects_the_next(self: Any, before: int, state: Any, events: Any) -> None:
    condition = read(self, before + 1, state)
    changes = _changes(state) | announced(self, events)
    if not (await self._documents.update_one(condition, changes)).matched_count:
        raise Conflict(state["_id"])
    self._outbox.wake()


@wrong("commit")
async def takes_any_earlier_one(self: Any, before: int, state: Any, events: Any) -> None:
    condition = {"_id": state["_id"], self._counter: {"$gte": before}}
    changes = _changes(state) | announced(self, events)
    if not (await self._documents.update_one(condition, changes)).matched_count:
        raise Conflict(state["_id"])
    self._outbox.wake()


@wrong("commit")
async def makes_it_if_it_is_not_there(self: Any, before: int, state: Any, events: Any) -> None:
    changes = _changes(state) | announced(self, events)
    await self._documents.update_one(read(self, before, state), changes, upsert=True)
    self._outbox.wake()


@wrong("commit")
async def writes_nulls(self: Any, before: int, state: Any, events: Any) -> None:
    kept = {name: value for name, value in state.items() if name != "_id"}
    changes = {"$set": kept} | announced(self, events)
    if not (await self._documents.update_one(read(self, before, state), changes)).matched_count:
        raise Conflict(state["_id"])
    self._outbox.wake()


@wrong("commit")
async def leaves_what_is_gone(self: Any, before: int, state: Any, events: Any) -> None:
    changes = {"$set": _changes(state)["$set"]} | announced(self, events)
    if not (await self._documents.update_one(read(self, before, state), changes)).matched_count:
        raise Conflict(state["_id"])
    self._outbox.wake()


@wrong("commit")
async def empties_the_outbox(self: Any, before: int, state: Any, events: Any) -> None:
    changes = _changes(state)
    changes["$set"] = changes["$set"] | {"outbox": self._outbox.seal(events)}
    if not (await self._documents.update_one(read(self, before, state), changes)).matched_count:
        raise Conflict(state["_id"])
    self._outbox.wake()


@wrong("commit")
async def announces_only_the_counter(self: Any, before: int, state: Any, events: Any) -> None:
    changes = {"$set": {self._counter: before + 1}} | announced(self, events)
    if not (await self._documents.update_one(read(self, before, state), changes)).matched_count:
        raise Conflict(state["_id"])
    self._outbox.wake()


@wrong("commit")
async def always_sees_a_conflict(self: Any, before: int, state: Any, events: Any) -> None:
    changes = _changes(state) | announced(self, events)
    await self._documents.update_one(read(self, before, state), changes)
    self._outbox.wake()
    raise Conflict(state["_id"])


@wrong("commit")
async def pushes_a_list_into_the_list(self: Any, before: int, state: Any, events: Any) -> None:
    changes = _changes(state) | {"$push": {"outbox": self._outbox.seal(events)}}
    if not (await self._documents.update_one(read(self, before, state), changes)).matched_count:
        raise Conflict(state["_id"])
    self._outbox.wake()


@wrong("commit")
async def tries_until_it_is_done(self: Any, before: int, state: Any, events: Any) -> None:
    changes = _changes(state) | announced(self, events)
    found = await self._documents.update_one(read(self, before, state), changes)
    if found.matched_count == 0:
        await self._documents.update_one({"_id": state["_id"]}, changes)
    self._outbox.wake()
