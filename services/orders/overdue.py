"""The second line behind the alarm clock: orders itself ends what is open long past its time.

An alarm can be lost for good, and nobody is told: Redis answers before its replicas have what it
stored, and a fail-over forgets it.  But orders keeps the moment at which each order's time is over,
and orders alone decides what becomes of one.  So it needs no alarm, only a look now and then.
"""

import asyncio
from datetime import timedelta
from typing import Final

from services.common import tracing
from services.common.cancellation import cancellation_point
from services.common.clock import Clock
from services.common.ids import Ids
from services.common.outages import passes
from services.common.telemetry import Telemetry
from services.common.versioning import Decision
from services.orders import domain
from services.orders.domain import OrderId
from services.orders.repository import Orders, Unreadable
from services.orders.use_cases import OrderBook

# An alarm in order may be this late: one that rings for whom another process died ringing it waits
# for the lease, 30 seconds.  What is open still is ended here, whether an alarm comes or not.
GRACE: Final = timedelta(seconds=45)
# No more than GRACE: what is placed meanwhile is not overdue before the next, however soon it ends.
SWEEP_S: Final = 45.0
RETRY_S: Final = 1.0


class Overdue:
    """Ends the orders that no alarm has ended.

    Every process looks, and whoever comes second finds the order cancelled.
    """

    def __init__(
        self, orders: Orders, book: OrderBook, clock: Clock, ids: Ids, telemetry: Telemetry
    ) -> None:
        self._orders = orders
        self._book = book
        self._clock = clock
        self._ids = ids
        self._telemetry = telemetry

    async def run(self) -> None:
        """Look for ever: when the next order would be overdue, and every `SWEEP_S` seconds."""
        while True:
            try:
                pause_s = await self.sweep()
                self._telemetry.round_done("overdue")
            except Exception as error:
                self._telemetry.round_failed("overdue", error)
                pause_s = RETRY_S
            with cancellation_point():
                await asyncio.sleep(pause_s)

    async def sweep(self) -> float:
        """Cancel what is overdue; return the seconds until more may be."""
        now, pause_s = self._clock.now(), SWEEP_S
        soon = await self._orders.open_until(now - GRACE + timedelta(seconds=SWEEP_S))
        for order, expires_at in soon.items():
            if isinstance(expires_at, Unreadable):
                self._telemetry.failed("overdue", expires_at.error)
                continue
            left_s = (expires_at + GRACE - now).total_seconds()
            if left_s > 0.0:
                pause_s = min(pause_s, left_s)
            else:
                await self._end(order)
        return pause_s

    async def _end(self, order: OrderId) -> None:
        try:
            with tracing.followed("", self._ids):  # what follows from it, follows from nothing else
                decision = await self._book.change(order, domain.expire)
        except Exception as error:
            if passes(error):
                raise
            return self._telemetry.failed("overdue", error)  # it must not hold up the others
        if decision is Decision.APPLY:
            self._telemetry.overdue(order)
