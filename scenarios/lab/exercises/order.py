"""Notebook 4: delivered in the wrong order.  Of one aggregate, and of two."""

from boxoffice.faults import delays, duplicates, reorders
from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import change_of, truth
from scenarios.lab.promises import holds_grow, taken_once, told_as_it_is
from scenarios.lab.shop import Shop
from scenarios.shop.checks import holder_releases, reservation_agrees, versions_step_by_one
from services.common.versioning import OutOfOrder
from services.tickets.domain import Ticket

JUMP = "A version was skipped. One that comes too early has to raise OutOfOrder, to come again."


async def edited_and_regretted(shop: Shop) -> None:
    """Sue changes her price twice; Ana orders and cancels."""
    seat = await shop.lists("Sue")
    for price_cents in (4600, 4700):
        await shop.edits("Sue", seat, price_cents)
    if shop.chance().random() < 0.5:
        order = await shop.orders("Ana", seat)
        assert order is not None, "orders never heard of Sue's seat"
        await shop.cancels("Ana", order)
    await shop.quiet()


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


is_next = Exercise(
    name="is-next",
    notebook=4,
    task=(
        "May this event be applied now?\n"
        "Write is_next(aggregate, *, applied, announced): True for the version after `applied`, "
        "False for one that was applied before, and raise OutOfOrder(…) for one that comes too "
        "early. Nothing applied yet is -1."
    ),
    target="services.common.versioning:is_next",
    story=edited_and_regretted,
    services=("tickets", "orders"),
    faults=(duplicates(share=0.3, within_s=0.5), reorders(within_s=0.5)),
    checks=(versions_step_by_one, taken_once, reservation_agrees),
    reasons={
        "versions-step-by-one": JUMP,
        "nothing-stuck": (
            "A version that nobody ever applies leaves all later ones waiting; and what was "
            "applied before is passed over, or it comes again for ever."
        ),
        "reservation-agrees": "What was passed over as if it were old news was news.",
        "taken-once": (
            "Of each aggregate every version is applied, once: 0 after nothing (-1), 1 after 0, "
            "and so on. False says that it was applied before, and it never comes again; what "
            "comes too early has to raise OutOfOrder."
        ),
        "story": "Version 0 is the one after nothing, which is -1: it can be applied at once.",
    },
    returns=truth,
    gives="True or False",
    may_raise=(OutOfOrder,),
)

reserve = Exercise(
    name="reserve",
    notebook=4,
    task=(
        "Two orders for one seat: whose news is later?\n"
        "Write reserve(ticket, order, version, hold): orders for one ticket are numbered 1, 2, 3 … "
        "(`hold`), and `ticket.hold` is the highest that the ticket has been held by. Use "
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

EXERCISES = (is_next, reserve)
