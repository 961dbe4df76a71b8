"""Notebook 2."""

from dataclasses import replace

from services.common.events import OrderCancelled, OrderedTicket
from services.expiration.domain import Timer
from services.expiration.use_cases import AlarmClock
from services.orders.domain import Change, Order, Status


def expire(order: Order) -> Change:
    """An open order is cancelled; one that has ended is left alone."""
    if order.status in (Status.COMPLETE, Status.CANCELLED):
        return order, []
    after = replace(order, version=order.version + 1, status=Status.CANCELLED)
    ticket = OrderedTicket(id=order.ticket_id)
    said = OrderCancelled(id=order.id, version=after.version, reason="expired", ticket=ticket)
    return after, [said]


async def _ring(self: AlarmClock, timer: Timer) -> None:
    """Announce first: what happens twice does no harm, and what never happens does."""
    if await self._timers.is_set(timer.order_id):
        await self._announce(timer)
        await self._timers.settle(timer.order_id, self._clock.now())
