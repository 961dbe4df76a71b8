"""Notebook 5."""

from collections.abc import Sequence

from scenarios.lab.wrong.answers import WrongAnswer
from services.common.aggregate import Aggregates, _changes
from services.common.errors import Conflict
from services.common.events import Document, Event
from services.common.versioning import Decision


def applies_everything(*, applied: int, announced: int) -> Decision:
    return Decision.APPLY


def skips_ahead(*, applied: int, announced: int) -> Decision:
    return Decision.APPLY if announced > applied else Decision.DUPLICATE


def throws_the_early_away(*, applied: int, announced: int) -> Decision:
    return Decision.APPLY if announced == applied + 1 else Decision.DUPLICATE


def waits_for_what_is_old(*, applied: int, announced: int) -> Decision:
    return Decision.APPLY if announced == applied + 1 else Decision.GAP


def is_one_off(*, applied: int, announced: int) -> Decision:
    if announced < applied:
        return Decision.DUPLICATE
    return Decision.APPLY if announced <= applied + 1 else Decision.GAP


async def writes_over(
    self: Aggregates, before: int, state: Document, events: Sequence[Event]
) -> None:
    announced = {"$push": {"outbox": {"$each": self._outbox.seal(events)}}}
    await self._documents.update_one({"_id": state["_id"]}, _changes(state) | announced)
    self._outbox.wake()


async def looks_then_writes(
    self: Aggregates, before: int, state: Document, events: Sequence[Event]
) -> None:
    now = await self._documents.find_one({"_id": state["_id"]})
    if now is None or now[self._counter] != before:
        raise Conflict(state["_id"])
    announced = {"$push": {"outbox": {"$each": self._outbox.seal(events)}}}
    await self._documents.update_one({"_id": state["_id"]}, _changes(state) | announced)
    self._outbox.wake()


async def saves_then_announces(
    self: Aggregates, before: int, state: Document, events: Sequence[Event]
) -> None:
    condition = {"_id": state["_id"], self._counter: before}
    found = await self._documents.update_one(condition, _changes(state))
    if found.matched_count == 0:
        raise Conflict(state["_id"])
    for entry in self._outbox.seal(events):
        await self._outbox.publish(entry)


def takes_all_for_old(*, applied: int, announced: int) -> Decision:
    return Decision.DUPLICATE


def mixes_up_the_two(*, applied: int, announced: int) -> Decision:
    if applied <= announced:
        return Decision.DUPLICATE
    return Decision.APPLY if applied == announced + 1 else Decision.GAP


async def announces_then_saves(
    self: Aggregates, before: int, state: Document, events: Sequence[Event]
) -> None:
    announced = {"$push": {"outbox": {"$each": self._outbox.seal(events)}}}
    await self._documents.update_one({"_id": state["_id"]}, announced)
    condition = {"_id": state["_id"], self._counter: before}
    found = await self._documents.update_one(condition, _changes(state))
    if found.matched_count == 0:
        raise Conflict(state["_id"])
    self._outbox.wake()


async def counts_versions_everywhere(
    self: Aggregates, before: int, state: Document, events: Sequence[Event]
) -> None:
    announced = {"$push": {"outbox": {"$each": self._outbox.seal(events)}}}
    condition = {"_id": state["_id"], "version": before}
    found = await self._documents.update_one(condition, _changes(state) | announced)
    if found.matched_count == 0:
        raise Conflict(state["_id"])
    self._outbox.wake()


async def says_nothing_of_it(
    self: Aggregates, before: int, state: Document, events: Sequence[Event]
) -> None:
    announced = {"$push": {"outbox": {"$each": self._outbox.seal(events)}}}
    condition = {"_id": state["_id"], self._counter: before}
    await self._documents.update_one(condition, _changes(state) | announced)
    self._outbox.wake()


async def lets_the_relay_sleep(
    self: Aggregates, before: int, state: Document, events: Sequence[Event]
) -> None:
    announced = {"$push": {"outbox": {"$each": self._outbox.seal(events)}}}
    condition = {"_id": state["_id"], self._counter: before}
    found = await self._documents.update_one(condition, _changes(state) | announced)
    if found.matched_count == 0:
        raise Conflict(state["_id"])


WRONG = (
    WrongAnswer(
        "decide",
        "an event is there to be applied",
        applies_everything,
        "versions-step-by-one",
        "return Decision.APPLY",
    ),
    WrongAnswer(
        "decide",
        "the newest version is the truth, so the ones between can be skipped",
        skips_ahead,
        "versions-step-by-one",
        "return Decision.APPLY if announced > applied",
    ),
    WrongAnswer(
        "decide",
        "what does not fit now is thrown away",
        throws_the_early_away,
        "taken-once",
        "return Decision.APPLY if announced == applied + 1",
    ),
    WrongAnswer(
        "decide",
        "what is not next has to wait, also if it is old",
        waits_for_what_is_old,
        "nothing-stuck",
        "return Decision.APPLY if announced == applied + 1",
    ),
    WrongAnswer(
        "decide",
        "the same version again does no harm",
        is_one_off,
        "taken-once",
        "return Decision.APPLY if announced <= applied + 1",
    ),
    WrongAnswer(
        "commit",
        "a database keeps order by itself",
        writes_over,
        "versions-step-by-one",
        "self._documents.update_one",
    ),
    WrongAnswer(
        "commit",
        "who looks first cannot overwrite",
        looks_then_writes,
        "versions-step-by-one",
        "self._documents.update_one",
    ),
    WrongAnswer(
        "commit",
        "first save, then tell the others",
        saves_then_announces,
        "every-version-announced",
        "self._",
    ),
    WrongAnswer(
        "decide",
        "if in doubt, it was there before",
        takes_all_for_old,
        "taken-once",
        "return Decision.DUPLICATE",
    ),
    WrongAnswer(
        "decide",
        "applied is what comes, and announced what is there",
        mixes_up_the_two,
        "taken-once",
        "return Decision.",
    ),
    WrongAnswer(
        "commit",
        "first tell the others, then save",
        announces_then_saves,
        "told-as-it-is",
        "update_one",
    ),
    WrongAnswer(
        "commit",
        "what counts is called version everywhere",
        counts_versions_everywhere,
        "nothing-stuck",
        "raise Conflict",
    ),
    WrongAnswer(
        "commit",
        "where nothing matches, nothing was done, so nothing is wrong",
        says_nothing_of_it,
        "no-lost-update",
        "self._outbox.wake",
    ),
    WrongAnswer(
        "commit",
        "what is in the outbox will be found",
        lets_the_relay_sleep,
        "every-version-announced",
        "say `self._outbox.wake()` after the write",
    ),
)
