"""Notebook 2: fifteen minutes in a millisecond.  What happens when an order's time is over.

The window is five seconds here: the grader has two hundred of them to wait for.
"""

from typing import Final

from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import change_of, nothing
from scenarios.lab.shop import Shop
from services.orders.domain import Order
from sim.checks import money_conserved, orders_settle, terminal_is_final, versions_step_by_one
from sim.faults import delays, lost_requests

WINDOW_S: Final = 5
OPEN: Final = ("created", "awaiting:payment")


async def _paid_or_abandoned(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    order = await shop.orders("Ana", seat)
    if shop.chance().random() < 0.6:
        await shop.passes(shop.chance().uniform(0.0, WINDOW_S - 1.0))
        await shop.pays("Ana", order)
    await _time_is_over(shop, order)


async def _abandoned(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    order = await shop.orders("Ana", seat)
    await _time_is_over(shop, order)
    assert shop.status(order) != "complete", "nobody has paid"


async def _time_is_over(shop: Shop, order: str | None) -> None:
    await shop.passes(WINDOW_S + 1.0)
    for _ in range(15):  # an order that has not ended by then has broken its promise
        if shop.status(order) in OPEN:
            await shop.passes(5.0)


expire = Exercise(
    name="expire",
    notebook=2,
    task=(
        "The fifteen minutes are over: what becomes of the order?\n"
        "Write expire(order): an open order is cancelled, with the reason `expired`. "
        "Return the order as it is afterwards with its events, or the same order and no event."
    ),
    target="services.orders.domain:expire",
    story=_paid_or_abandoned,
    services=("tickets", "orders", "payments", "expiration"),
    faults=(
        delays(WINDOW_S + 1.0, of="order.completed", at="expiration"),
        delays(WINDOW_S + 1.0, of="ticket.updated", at="orders", share=0.3),
    ),
    checks=(terminal_is_final, versions_step_by_one, orders_settle, money_conserved),
    reasons={
        "terminal-is-final": (
            "The alarm may ring for an order that has been paid meanwhile: look at its status."
        ),
        "orders-settle": (
            "An order whose reservation was never confirmed is open as well, and its time is over "
            "too."
        ),
        "money-conserved": "Whoever has paid must not lose the seat to the clock.",
        "versions-step-by-one": "Every change is one version more.",
    },
    returns=change_of(Order),
    gives="an order and a list of events",
    window_s=WINDOW_S,
)

ring = Exercise(
    name="ring",
    notebook=2,
    task=(
        "A timer is due: ring it.\n"
        "Write async _ring(self, timer): if `await self._timers.is_set(timer.order_id)`, announce "
        "it with `await self._announce(timer)` and forget it with "
        "`await self._timers.settle(timer.order_id, self._clock.now())`. In which order? "
        "Any call may fail; then it raises, and the timer is rung again if it is still set."
    ),
    target="services.expiration.use_cases:AlarmClock._ring",
    story=_abandoned,
    services=("tickets", "orders", "expiration"),
    faults=(lost_requests(of="publish", at="nats", from_s=WINDOW_S - 1.0, nth=[1], share=0.2),),
    checks=(orders_settle, versions_step_by_one),
    reasons={
        "orders-settle": (
            "A timer that is forgotten before its announcement is stored rings for nobody if the "
            "announcement is lost."
        ),
    },
    returns=nothing,
    gives="nothing",
    window_s=WINDOW_S,
)

EXERCISES = (expire, ring)
