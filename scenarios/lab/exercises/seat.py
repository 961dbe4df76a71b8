"""Notebook 6: two people, one seat.  Taking it without a race, and letting go of it."""

from boxoffice.faults import delays, duplicates, slow_calls
from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import change_of, nothing
from scenarios.lab.promises import holds_grow, taken_once, told_as_it_is
from scenarios.lab.shop import Shop
from scenarios.shop.checks import holder_releases, no_double_sale, reservation_agrees
from services.common.versioning import OutOfOrder
from services.tickets.domain import Ticket


async def _both_at_once(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    await shop.quiet()
    placed = await shop.together(shop.orders("Ana", seat), shop.orders("Ben", seat))
    if shop.chance().random() < 0.5:
        for buyer, order in zip(("Ana", "Ben"), placed, strict=True):
            if order is not None:
                await shop.cancels(buyer, order)
        await shop.quiet()
        again = await shop.orders("Cleo", seat)
        assert again is not None, "the seat is free again, and Cleo cannot have it"
        await shop.cancels("Cleo", again)
    else:
        other = await shop.lists("Sam")
        assert await shop.orders("Dora", other), "Sam's seat is free, and Dora cannot have it"
    await shop.quiet()


async def _late_cancellation(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    regretted = await shop.orders("Ana", seat)
    await shop.sees(regretted, "awaiting:payment")
    await shop.cancels("Ana", regretted)
    order = await shop.orders("Ben", seat) if shop.chance().random() < 0.5 else None
    if order is not None and shop.chance().random() < 0.5:
        await shop.sees(order, "awaiting:payment")
        await shop.cancels("Ben", order)
    await shop.quiet()


prepare = Exercise(
    name="prepare",
    notebook=6,
    task=(
        "One seat, one order: let the database see to it.\n"
        "Write `async prepare(self)`: create the indexes of the orders with "
        "`await self._documents.create_index(…)`. HELD of services.orders.repository names a field "
        "that holds the ticket's id, and is there only while the order is not cancelled. An index "
        "may be unique, sparse (it passes over documents without the field), or both."
    ),
    target="services.orders.repository:Orders.prepare",
    story=_both_at_once,
    services=("tickets", "orders"),
    faults=(slow_calls(by_s=0.05, at="orders-db"),),
    checks=(no_double_sale, reservation_agrees),
    reasons={
        "no-double-sale": (
            "Both looked, both saw a free seat, and both took it. Looking first does not help: "
            "the write itself has to fail, and only a unique index makes it."
        ),
        "reservation-agrees": "Two orders took one seat, or one that is free cannot be had.",
        "story": (
            "Only another order that is not cancelled, and for this very ticket, may stand in the "
            "way. HELD is the field to look at, and a cancelled order has none."
        ),
        "nothing-stuck": (
            "Something stands in the way for ever: only an order that is not cancelled may, and "
            "for its own ticket alone. The index must be on a field that a cancelled order has no "
            "more."
        ),
    },
    returns=nothing,
    gives="nothing",
)

release = Exercise(
    name="release",
    notebook=6,
    task=(
        "An order was cancelled: let go of the seat?\n"
        "Write `release(ticket, order, version)`, with `_seen(ticket, order, version)` and "
        "`_after(ticket, order, version, **changes)` of services.tickets.domain; "
        "`holder=None` frees the seat, and `_after` without changes only remembers the version."
    ),
    target="services.tickets.domain:release",
    story=_late_cancellation,
    services=("tickets", "orders"),
    faults=(
        delays(2.0, of="order.cancelled", at="tickets", share=0.5),
        duplicates(of="order.cancelled", at="tickets", share=0.5),
    ),
    checks=(holder_releases, reservation_agrees, holds_grow, told_as_it_is, taken_once),
    reasons={
        "holder-releases": (
            "By the time the cancellation arrives, the seat may be somebody else's: compare "
            "`ticket.holder` with `order` first."
        ),
        "reservation-agrees": "The order is cancelled, and nobody let go of its seat.",
        "holds-grow": (
            "`ticket.hold` stays as it is when the seat is free again: it tells the next order "
            "from a late one."
        ),
        "taken-once": (
            "Each version of an order is remembered, once: `_after` does that also where nothing "
            "changes, and `_seen` tells a copy."
        ),
        "told-as-it-is": "The event has to say what was stored: `_after` makes it.",
        "nothing-stuck": "Every version has to be remembered, or the message comes for ever.",
    },
    returns=change_of(Ticket),
    gives="a ticket and a list of events",
    may_raise=(OutOfOrder,),
)

EXERCISES = (prepare, release)
