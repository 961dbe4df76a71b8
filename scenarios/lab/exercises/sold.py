"""Notebook 1: one ticket sold.  An order on its way from created to complete."""

from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import change_of
from scenarios.lab.shop import Shop
from services.orders.domain import Order
from sim.checks import money_conserved, terminal_is_final, versions_step_by_one
from sim.faults import reorders

FINAL = "An order that has ended stays as it is, however late the news: look at its status first."
VERSION = "Every change is one version more, or nobody downstream can tell that there was one."


async def _reserved_or_regretted(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    order = await shop.orders("Ana", seat)
    if shop.chance().random() < 0.5:
        await shop.passes(shop.chance().uniform(0.0, 0.1))
        await shop.cancels("Ana", order)
        await shop.quiet()
        return
    assert await shop.sees(order, "awaiting:payment"), "Ana never learnt that her seat is reserved"


async def _paid_and_regretted(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    order = await shop.orders("Ana", seat)
    taken = await shop.pays("Ana", order)
    if shop.chance().random() < 0.5:
        await shop.passes(shop.chance().uniform(0.0, 0.2))
        await shop.cancels("Ana", order)
    await shop.quiet()
    assert not taken or shop.status(order) in ("complete", "cancelled"), "Ana's order is left open"


confirm = Exercise(
    name="confirm",
    notebook=1,
    task=(
        "Tickets has reserved the seat: what becomes of the order?\n"
        "Write confirm(order): return the order as it is afterwards, and a list of the events that "
        "say so; or the same order and no event, where nothing changes."
    ),
    target="services.orders.domain:confirm",
    story=_reserved_or_regretted,
    services=("tickets", "orders"),
    faults=(reorders(within_s=0.2, of="ticket.updated", at="orders"),),
    checks=(terminal_is_final, versions_step_by_one),
    reasons={
        "terminal-is-final": FINAL,
        "versions-step-by-one": VERSION,
        "story": "A change that returns no event is no change: nothing is stored without one.",
    },
    returns=change_of(Order),
    gives="an order and a list of events",
)

complete = Exercise(
    name="complete",
    notebook=1,
    task=(
        "The money has arrived: what becomes of the order?\n"
        "Write complete(order, payment): both `created` and `awaiting:payment` may be paid. "
        "Return the order as it is afterwards with its events, or the same order and no event."
    ),
    target="services.orders.domain:complete",
    story=_paid_and_regretted,
    services=("tickets", "orders", "payments"),
    faults=(
        reorders(within_s=0.3, of="payment.created", at="orders"),
        reorders(within_s=0.3, of="ticket.updated", at="orders"),
    ),
    checks=(terminal_is_final, versions_step_by_one, money_conserved),
    reasons={
        "terminal-is-final": FINAL,
        "versions-step-by-one": VERSION,
        "money-conserved": (
            "Money was taken and nothing given for it: a payment may overtake the reservation, so "
            "an order that is still `created` can be paid as well."
        ),
    },
    returns=change_of(Order),
    gives="an order and a list of events",
)

EXERCISES = (confirm, complete)
