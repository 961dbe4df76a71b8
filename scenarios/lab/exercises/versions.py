"""Notebook 5: versions.  The two halves of the rule: how to read, and how to write."""

from boxoffice.faults import crashes, duplicates, reorders, slow_calls
from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import decision, nothing
from scenarios.lab.promises import taken_once, told_as_it_is
from scenarios.lab.shop import Shop
from scenarios.shop.checks import (
    every_version_announced,
    no_lost_update,
    reservation_agrees,
    versions_step_by_one,
)
from services.common.errors import Conflict


async def _edited_and_regretted(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    for price_cents in (4600, 4700):
        await shop.edits("Sue", seat, price_cents)
    if shop.chance().random() < 0.5:
        order = await shop.orders("Ana", seat)
        assert order is not None, "orders never heard of Sue's seat"
        await shop.cancels("Ana", order)
    await shop.quiet()


async def _edited_and_ordered_at_once(shop: Shop) -> None:
    deed = shop.chance().random()
    if deed < 0.3:
        return await _two_seats_regretted(shop)
    seat = await shop.lists("Sue")
    if deed > 0.85:
        return await _paid(shop, seat)
    await shop.together(
        shop.edits("Sue", seat, 4600),
        shop.edits("Sue", seat, 4700),
        shop.orders("Ana", seat),
    )
    await shop.quiet()


async def _paid(shop: Shop, seat: str) -> None:
    order = await shop.orders("Ana", seat)
    taken = await shop.pays("Ana", order)
    if await shop.quiet():
        assert not taken or shop.status(order) == "complete", "Ana has paid, and has no seat"


async def _two_seats_regretted(shop: Shop) -> None:
    seats = await shop.together(shop.lists("Sue"), shop.lists("Sam"))
    await shop.edits("Sam", seats[1], 4600)
    orders = [await shop.orders("Ana", seat) for seat in seats]
    for order in orders:
        if order is not None:
            assert await shop.cancels("Ana", order), "Ana could not cancel her order"
    if await shop.quiet():
        kept = [shop.holder(seat) for seat in seats]
        assert kept == [None, None], "Ana has cancelled both orders, and a seat is still hers"


decide = Exercise(
    name="decide",
    notebook=5,
    task=(
        "Apply, duplicate or gap?\n"
        "Write `decide(*, applied, announced)`: `applied` is the last version that was applied, -1 "
        "for none, and `announced` the version of the event that has come. Return "
        "Decision.APPLY, Decision.DUPLICATE or Decision.GAP."
    ),
    target="services.common.versioning:decide",
    story=_edited_and_regretted,
    services=("tickets", "orders"),
    faults=(duplicates(share=0.3, within_s=0.5), reorders(within_s=0.5)),
    checks=(versions_step_by_one, taken_once, reservation_agrees),
    reasons={
        "versions-step-by-one": (
            "Only the version directly after the one applied may be applied: an older one takes "
            "the replica back, and a later one jumps over what has not come yet."
        ),
        "nothing-stuck": (
            "What was passed over never comes again, and all that follows waits for it; what is "
            "old for ever must be acknowledged."
        ),
        "reservation-agrees": "What was passed over was news.",
        "taken-once": (
            "Every version is applied, once: 0 after nothing (-1), 1 after 0, and so on. The one "
            "that was applied last is a duplicate when it comes again, and what comes too early "
            "is a gap: it comes again, and a duplicate never does."
        ),
        "story": "Version 0 is the one after nothing, which is -1: it can be applied at once.",
    },
    returns=decision,
    gives="a Decision",
)

commit = Exercise(
    name="commit",
    notebook=5,
    task=(
        "One conditional write.\n"
        "Write `async commit(self, before, state, events)`: with one "
        "`await self._documents.update_one(condition, changes)`, store `_changes(state)` of "
        "services.common.aggregate, but only if the document's `self._counter` still is `before`, "
        'and in the same write `{"$push": {"outbox": {"$each": self._outbox.seal(events)}}}`. '
        "Raise Conflict if `matched_count` is 0; at last say `self._outbox.wake()`."
    ),
    target="services.common.aggregate:Aggregates.commit",
    story=_edited_and_ordered_at_once,
    services=("tickets", "orders", "payments"),
    faults=(
        slow_calls(by_s=0.03, at="tickets-db"),
        crashes("tickets", on="write", of="tickets.update_one", at="tickets-db", share=0.1),
    ),
    checks=(
        no_lost_update,
        versions_step_by_one,
        every_version_announced,
        told_as_it_is,
        reservation_agrees,
    ),
    reasons={
        "no-lost-update": (
            "What somebody was told is not what was written, or it was written over something "
            "that nobody had read. The condition has to name the document and the version that "
            "was read; and where nothing was written, nobody may be told that it was: raise "
            "Conflict."
        ),
        "versions-step-by-one": (
            "Two people read the same version and both wrote the next one, or one wrote into "
            "another's document: the condition has to name the document and the version that was "
            "read."
        ),
        "every-version-announced": (
            "The process died between the write and the announcement, or there was none: the "
            "events belong into the same write, beside those that still wait in the outbox."
        ),
        "every-version-announced: announced late": (
            "What is in an outbox waits until somebody looks: say `self._outbox.wake()` after the "
            "write, or the relay looks only once a minute."
        ),
        "told-as-it-is": (
            "Something was announced that was not written so: the events belong into the same "
            "write as the state, under the same condition."
        ),
        "reservation-agrees": (
            "What was decided is not what is in the database: all of `_changes(state)` has to be "
            "written, and what is gone (`$unset`) has to go."
        ),
        "nothing-stuck": (
            "Something is asked for again and again, or waits for ever. The condition has to match "
            "what was read: the field that counts, `self._counter`, is not `version` everywhere, "
            "and it still is `before`. All of `_changes(state)` and each of the events has to be "
            "written, and Conflict to be raised if nothing was."
        ),
        "story": (
            "All of `_changes(state)` has to be written, `$set` and `$unset`: a field without a "
            "value has to be gone, not null; and it is written into the document with this `_id`."
        ),
    },
    returns=nothing,
    gives="nothing",
    may_raise=(Conflict,),
)

EXERCISES = (decide, commit)
