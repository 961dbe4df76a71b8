"""Notebook 1: one ticket sold.  An order on its way from created to complete."""

from boxoffice.faults import duplicates, lost_requests, reorders
from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import ANNOUNCED, STUCK, TOLD, change_of
from scenarios.lab.promises import told_as_it_is
from scenarios.lab.shop import Shop
from scenarios.shop.checks import (
    every_version_announced,
    money_conserved,
    terminal_is_final,
    versions_step_by_one,
)
from services.orders.domain import Order

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
    if shop.chance().random() < 0.4:  # the money may be faster than the reservation
        await shop.settles(order)
        await shop.quiet()
        return
    assert await shop.sees(order, "awaiting:payment"), "Ana never learnt that her seat is reserved"


async def _paid_and_regretted(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    order = await shop.orders("Ana", seat)
    if shop.chance().random() < 0.5:
        await shop.reserves("Sue", order)
    taken = await shop.pays("Ana", order)
    if shop.chance().random() < 0.5:
        await shop.passes(shop.chance().uniform(0.0, 0.2))
        await shop.cancels("Ana", order)
        await shop.quiet()
        return
    await shop.quiet()
    assert not taken or shop.status(order) == "complete", "Ana has paid, and has no seat"


confirm = Exercise(
    name="confirm",
    notebook=1,
    task=(
        "Tickets has reserved the seat: what becomes of the order?\n"
        "Write `confirm(order)`: return the order as it is afterwards, and a list of the events "
        "that say so; or the same order and no event, where nothing changes."
    ),
    target="services.orders.domain:confirm",
    story=_reserved_or_regretted,
    services=("tickets", "orders"),
    faults=(
        reorders(within_s=0.2, of="ticket.updated", at="orders"),
        lost_requests(of="update_one", at="orders-db", nth=[2], share=0.2),
    ),
    checks=(terminal_is_final, versions_step_by_one, told_as_it_is, every_version_announced),
    reasons={
        "terminal-is-final": FINAL,
        "versions-step-by-one": VERSION,
        "story": (
            "The seat was reserved, and the order in the database never became "
            "`awaiting:payment`. Nothing is stored where no event is returned, and only what is "
            "returned is stored; and whoever is asked again, since a write was lost, has to say "
            "the same again."
        ),
        "told-as-it-is": TOLD,
        "every-version-announced": ANNOUNCED,
        "nothing-stuck": STUCK,
    },
    returns=change_of(Order),
    gives="an order and a list of events",
)

complete = Exercise(
    name="complete",
    notebook=1,
    task=(
        "The money has arrived: what becomes of the order?\n"
        "Write `complete(order, payment)`: both `created` and `awaiting:payment` may be paid. "
        "Return the order as it is afterwards with its events, or the same order and no event."
    ),
    target="services.orders.domain:complete",
    story=_paid_and_regretted,
    services=("orders", "payments"),
    faults=(
        reorders(within_s=0.3, of="payment.created", at="orders"),
        reorders(within_s=0.3, of="ticket.updated", at="orders"),
        duplicates(of="payment.created", at="orders", share=0.3),
    ),
    checks=(
        terminal_is_final,
        versions_step_by_one,
        money_conserved,
        told_as_it_is,
        every_version_announced,
    ),
    reasons={
        "terminal-is-final": FINAL,
        "versions-step-by-one": VERSION,
        "money-conserved": (
            "Money was taken and nothing given for it. Both `created` and `awaiting:payment` may "
            "be paid, since a payment may overtake the reservation; and nothing is stored where no "
            "event is returned."
        ),
        "story": "Whoever has paid, and did not cancel, has an order that is complete.",
        "told-as-it-is": TOLD,
        "every-version-announced": ANNOUNCED,
        "nothing-stuck": STUCK,
    },
    returns=change_of(Order),
    gives="an order and a list of events",
)

EXERCISES = (confirm, complete)
