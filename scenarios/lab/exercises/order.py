"""Notebook 4: delivered in the wrong order.  Of one aggregate, and of two."""

from boxoffice.faults import crashes, delays, duplicates, reorders
from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import change_of, decision
from scenarios.lab.promises import decided_as_done, holds_grow, taken_once, told_as_it_is
from scenarios.lab.shop import Shop
from scenarios.shop.checks import holder_releases, reservation_agrees, versions_step_by_one
from services.common.errors import Conflict, NotFound
from services.common.versioning import OutOfOrder
from services.tickets.domain import Ticket

JUMP = (
    "A version was skipped, or an old one came back: ask `is_next` before anything is done, with "
    "what orders has noted down."
)


async def _edited_and_ordered(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    for price_cents in (4600, 4700):
        if shop.chance().random() < 0.5:
            await shop.edits("Sue", seat, price_cents)
    order = await shop.orders("Ana", seat)
    if await shop.quiet() and order is not None:  # None where orders was down
        reserved = shop.status(order) == "awaiting:payment"
        assert reserved, "Ana never learnt that her seat is reserved"


async def _one_seat_two_orders(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    first = await shop.orders("Ana", seat)
    if shop.chance().random() < 0.3:
        await shop.sees(first, "awaiting:payment")
    await shop.cancels("Ana", first)
    second = await shop.orders("Ben", seat)
    if regretted := shop.chance().random() < 0.3:
        await shop.cancels("Ben", second)
    if await shop.quiet():
        holder = None if regretted else second
        assert shop.holder(seat) == holder, "who ordered last, and still wants it, has no seat"


follow = Exercise(
    name="follow",
    notebook=4,
    task=(
        "Orders hears a version of a ticket: is it its turn, and what comes first?\n"
        "Write `async follow(self, ticket)`.\n"
        "- `await self._tickets.load(ticket.id)` is what orders has noted down of the ticket: its "
        "`version` is the last one applied. It is None where nothing is, and then -1 was applied.\n"
        "- `is_next(name, applied=…, announced=ticket.version)` makes the comparison: True for "
        "the next one, False for an old one, and for one that comes too early it raises "
        "OutOfOrder, which is not yours to catch.\n"
        "- `await self._book.change(ticket.order_id, confirm)` confirms the order that the seat "
        "is kept for, if there is one; to do it again does no harm.\n"
        "- `await self._tickets.advance(applied, ticket)` notes the ticket down, and raises "
        "Conflict (of services.common.errors) if somebody was faster.\n"
        "Return Decision.APPLY, or Decision.DUPLICATE where there was nothing to do. "
        "The process may die between any two lines."
    ),
    target="services.orders.use_cases:OrdersOnEvents.follow",
    story=_edited_and_ordered,
    services=("tickets", "orders"),
    faults=(
        reorders(within_s=0.5),
        duplicates(share=0.3, within_s=0.5),
        crashes("orders", on="write", of="tickets.update_one", at="orders-db", share=0.15),
    ),
    checks=(versions_step_by_one, taken_once, decided_as_done, reservation_agrees),
    reasons={
        "versions-step-by-one": JUMP,
        "decided-as-done": (
            "What you return is what everybody sees of it, in the picture too: Decision.APPLY "
            "where the version was noted down now, and Decision.DUPLICATE where it was before."
        ),
        "taken-once": (
            "Each version of a ticket is noted down, once and in its turn: one that comes too "
            "early comes again if OutOfOrder gets out, and one that was passed over never does."
        ),
        "nothing-stuck": (
            "What is never noted down leaves all that comes after it waiting; and what was applied "
            "before is passed over, or it comes again for ever."
        ),
        "reservation-agrees": "What was passed over as if it were old news was news.",
        "story": (
            "What is noted down is never done again. So confirm the order first: if the process "
            "dies before the version is noted down, both are done once more."
        ),
    },
    returns=decision,
    gives="a Decision",
    may_raise=(OutOfOrder, Conflict, NotFound),
)

reserve = Exercise(
    name="reserve",
    notebook=4,
    task=(
        "Two orders for one seat: whose news is later?\n"
        "Write `reserve(ticket, order, version, hold)`: orders for one ticket are numbered 1, 2, "
        "3 … (`hold`), and `ticket.hold` is the highest that the ticket has been held by. Use "
        "`_seen(ticket, order, version)` and `_after(ticket, order, version, **changes)` of "
        "services.tickets.domain; `_after` without changes only remembers the version."
    ),
    target="services.tickets.domain:reserve",
    story=_one_seat_two_orders,
    services=("tickets", "orders"),
    faults=(
        reorders(within_s=1.0, of="order.created", at="tickets"),
        delays(0.6, of="order.cancelled", at="tickets", share=0.4),
        duplicates(of="order.created", at="tickets", share=0.3, within_s=1.5),
    ),
    checks=(holder_releases, reservation_agrees, holds_grow, told_as_it_is, taken_once),
    reasons={
        "holder-releases": (
            "Whose news arrives last has not ordered last. Only `hold` tells which order is the "
            "later one."
        ),
        "reservation-agrees": (
            "The order with the highest `hold` is to have the seat, even while an earlier one's "
            "cancellation is still on its way, and nobody else: a copy of what was applied before "
            "(`_seen`) changes nothing."
        ),
        "holds-grow": (
            "`ticket.hold` is the `hold` of the latest order that has held it. It stays when the "
            "seat is free again, and what comes with a lower one is too late."
        ),
        "story": "The order with the highest `hold` has the seat in the end.",
        "taken-once": (
            "Each version of each order is remembered, once, also one that comes too late: "
            "`_seen` tells a copy, and `_after` remembers what is none."
        ),
        "told-as-it-is": "The event has to say what was stored: `_after` makes it.",
        "nothing-stuck": (
            "Every version has to be remembered, also one that is too late: `_after` without "
            "changes does that, and the next version of the order waits for it."
        ),
    },
    returns=change_of(Ticket),
    gives="a ticket and a list of events",
    may_raise=(OutOfOrder,),
)

EXERCISES = (follow, reserve)
