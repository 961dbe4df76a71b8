"""Notebook 2: fifteen minutes in a millisecond.  What happens when an order's time is over.

The window is five seconds here: the grader has two hundred of them to wait for.
"""

from typing import Final

from boxoffice.faults import delays, duplicates, lost_requests, slow_calls
from scenarios.lab.exercise import Exercise
from scenarios.lab.exercises.shapes import ANNOUNCED, STUCK, TOLD, change_of, nothing
from scenarios.lab.promises import rung_while_set, told_as_it_is
from scenarios.lab.shop import Shop
from scenarios.shop.checks import (
    every_version_announced,
    money_conserved,
    orders_settle,
    terminal_is_final,
    versions_step_by_one,
)
from services.orders.domain import Order

WINDOW_S: Final = 5
SLOW_S: Final = 2.0  # from the look at what is due to its turn
OPEN: Final = ("created", "awaiting:payment")


async def _paid_or_abandoned(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    order = await shop.orders("Ana", seat)
    if shop.chance().random() < 0.5:
        await shop.reserves("Sue", order)
    deed = shop.chance().random()
    if deed < 0.6:
        await shop.passes(shop.chance().uniform(0.0, WINDOW_S - 1.0))
        await (shop.pays("Ana", order) if deed < 0.4 else shop.cancels("Ana", order))
    await shop.passes(WINDOW_S + 1.0)
    await _has_ended(shop, order)


async def _abandoned_or_regretted_too_late(shop: Shop) -> None:
    seat = await shop.lists("Sue")
    order = await shop.orders("Ana", seat)
    if shop.chance().random() < 0.4:
        await shop.passes(WINDOW_S + shop.chance().uniform(-0.2, 0.8))
        await shop.cancels("Ana", order)
        await shop.passes(SLOW_S)
        await shop.quiet()
        return
    await shop.passes(WINDOW_S + 1.0 + SLOW_S)
    assert not (shop.announced(order) and shop.rings(order)), (
        "the time of Ana's order was announced, and its timer is still set"
    )
    await _has_ended(shop, order)
    assert shop.status(order) != "complete", "nobody has paid"


async def _has_ended(shop: Shop, order: str | None) -> None:
    for _ in range(15):  # an order that has not ended by then has broken its promise
        if shop.status(order) in OPEN:
            await shop.passes(5.0)


expire = Exercise(
    name="expire",
    notebook=2,
    task=(
        "The fifteen minutes are over: what becomes of the order?\n"
        "Write `expire(order)`: an open order is cancelled, with the reason `expired`. "
        "Return the order as it is afterwards with its events, or the same order and no event."
    ),
    target="services.orders.domain:expire",
    story=_paid_or_abandoned,
    services=("orders", "payments", "expiration"),
    faults=(
        delays(WINDOW_S + 1.0, of="order.c[oa]*", at="expiration"),
        duplicates(of="expiration.complete", at="orders", share=0.5),
    ),
    checks=(
        terminal_is_final,
        versions_step_by_one,
        orders_settle,
        money_conserved,
        told_as_it_is,
        every_version_announced,
    ),
    reasons={
        "terminal-is-final": (
            "The alarm may ring for an order that has ended meanwhile: look at its status."
        ),
        "orders-settle": (
            "Its time is over and it is still open in the database. `created` is open as well as "
            "`awaiting:payment`, and nothing is stored where no event is returned."
        ),
        "money-conserved": (
            "What was paid and what became of the order do not agree: only an order that nobody "
            "has paid for is the clock's to end, and it ends `cancelled`."
        ),
        "versions-step-by-one": "Every change is one version more.",
        "told-as-it-is": TOLD,
        "every-version-announced": ANNOUNCED,
        "nothing-stuck": STUCK,
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
        "Write `async _ring(self, timer)`: if `await self._timers.is_set(timer.order_id)`, "
        "announce it with `await self._announce(timer)` and forget it with "
        "`await self._timers.settle(timer.order_id, self._clock.now())`. In which order? "
        "Any call may fail; then it raises, and the timer is rung again if it is still set."
    ),
    target="services.expiration.use_cases:AlarmClock._ring",
    story=_abandoned_or_regretted_too_late,
    services=("orders", "expiration"),
    faults=(
        lost_requests(of="publish", at="nats", from_s=WINDOW_S - 1.0, nth=[1], share=0.2),
        delays(4.0, of="order.cancelled", at="expiration", share=0.5),
        slow_calls(by_s=SLOW_S, of="set", at="redis", from_s=WINDOW_S - 1.0),
    ),
    checks=(orders_settle, versions_step_by_one, rung_while_set),
    reasons={
        "orders-settle": (
            "A timer that is forgotten before its announcement is stored rings for nobody if the "
            "announcement is lost, and so does one that is never announced."
        ),
        "rung-while-set": (
            "Between the look at what is due and this call an order may have ended, which calls "
            "its timer off: ask `is_set` before you announce."
        ),
        "story": "What is announced has to be forgotten, or it is announced again and again.",
        "nothing-stuck": (
            "A timer that is set is announced, and then forgotten; one that is not set is left "
            "alone."
        ),
    },
    returns=nothing,
    gives="nothing",
    window_s=WINDOW_S,
)

EXERCISES = (expire, ring)
