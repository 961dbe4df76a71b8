"""Notebook 4: delivered in the wrong order.  Of one aggregate, and of two."""

from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import change_of, truth
from scenarios.lab.shop import Shop
from services.common.versioning import OutOfOrder
from services.tickets.domain import Ticket
from sim.checks import holder_releases, reservation_agrees, versions_step_by_one
from sim.faults import delays, reorders

JUMP = "A version was skipped. One that comes too early has to raise OutOfOrder, to come again."


async def edited_and_regretted(shop: Shop) -> None:
    """Sue changes her price twice; Ana orders and cancels."""
    seat = await shop.lists("Sue")
    for price_cents in (4600, 4700):
        await shop.edits("Sue", seat, price_cents)
    if shop.chance().random() < 0.5:
        order = await shop.orders("Ana", seat)
        await shop.cancels("Ana", order)
        await shop.quiet()
        heard = 2 + shop.versions("orders", order)
        if shop.holder(seat) is None:
            assert shop.versions("tickets", seat) <= 1 + heard, "tickets took something twice"
    await shop.quiet()


async def _one_seat_two_orders(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    regretted = await shop.orders("Ana", seat)
    if shop.chance().random() < 0.5:
        await shop.sees(regretted, "awaiting:payment")
    await shop.cancels("Ana", regretted)
    order = await shop.orders("Ben", seat)
    await shop.quiet()
    assert shop.holder(seat) == order, "Ben ordered last, and the seat is not his"


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
    faults=(reorders(within_s=0.5),),
    checks=(versions_step_by_one, reservation_agrees),
    reasons={
        "versions-step-by-one": JUMP,
        "nothing-stuck": "A version that nobody ever applies leaves all later ones waiting.",
        "reservation-agrees": "What was passed over as if it were old news was news.",
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
        delays([1.0, 0.3], of="order.created", at="tickets", share=0.4),
        delays(0.6, of="order.cancelled", at="tickets", share=0.4),
    ),
    checks=(holder_releases, reservation_agrees),
    reasons={
        "holder-releases": (
            "Whose news arrives last has not ordered last. Only `hold` tells which order is the "
            "later one."
        ),
        "reservation-agrees": (
            "The later order was turned away because the earlier one's cancellation is still on "
            "its way. A higher `hold` may displace a lower one."
        ),
        "story": "The highest `hold` has the seat in the end, whatever came in between.",
    },
    returns=change_of(Ticket),
    gives="a ticket and a list of events",
    may_raise=(OutOfOrder,),
)

EXERCISES = (is_next, reserve)
