"""What the expiration service does: sets timers, and rings them."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from services.common.bell import Bell
from services.common.clock import Clock
from services.common.outages import OUTAGES
from services.common.telemetry import Telemetry
from services.common.versioning import Decision
from services.expiration.domain import OrderId, Timer
from services.expiration.repository import Timers

SWEEP_S: Final = 60.0
RETRY_S: Final = 1.0

Announce = Callable[[Timer], Awaitable[None]]


class TimersOnOrders:
    """What happens to timers when orders speak."""

    def __init__(self, timers: Timers, clock: Clock, wake: Callable[[], None]) -> None:
        self._timers = timers
        self._clock = clock
        self._wake = wake

    async def start(self, order: OrderId, due: datetime) -> Decision:
        """Set the timer of a new order."""
        if not await self._timers.set(Timer(order, due)):
            return Decision.DUPLICATE
        self._wake()
        return Decision.APPLY

    async def settle(self, order: OrderId) -> Decision:
        """The order has ended: its timer must not ring, and never be set again."""
        await self._timers.settle(order, self._clock.now())
        return Decision.APPLY


class AlarmClock:
    """Rings the timers that are due.

    `announce` returns once the broker has stored the event; only then is the timer removed.
    `replay` makes the stream tell all orders again; it is called when Redis has come up empty.
    """

    def __init__(
        self,
        timers: Timers,
        announce: Announce,
        replay: Callable[[], Awaitable[None]],
        clock: Clock,
        telemetry: Telemetry,
    ) -> None:
        self._timers = timers
        self._announce = announce
        self._replay = replay
        self._clock = clock
        self._telemetry = telemetry
        self._bell = Bell()

    def wake(self) -> None:
        """Say that there is a new timer."""
        self._bell.ring()

    async def run(self) -> None:
        """Ring for ever: when a timer is due, when woken, and every `SWEEP_S` seconds."""
        while True:
            try:
                await self.recover()
                await self.ring_due()
                pause_s = await self._until_next_s()
            except OUTAGES as outage:
                self._telemetry.outage("timers", outage)
                pause_s = RETRY_S
            await self._bell.heard(pause_s)

    async def recover(self) -> None:
        """Fill Redis from the stream if it has lost its memory."""
        if await self._timers.are_lost():
            await self._replay()
            await self._timers.are_kept()

    async def ring_due(self) -> None:
        """Announce what is due, then remove it; the lease keeps other processes from doing both."""
        due = await self._timers.due(self._clock.now())
        for timer in due:
            if await self._timers.claim(timer.order_id):
                await self._ring(timer)
                await self._timers.release(timer.order_id)
        if due:
            await self._timers.forget_before(self._clock.now())

    async def _ring(self, timer: Timer) -> None:
        # Since this process looked, another may have rung it, or its order may have ended.
        if await self._timers.is_set(timer.order_id):
            await self._announce(timer)
            await self._timers.settle(timer.order_id, self._clock.now())

    async def _until_next_s(self) -> float:
        due = await self._timers.next_due()
        if due is None:
            return SWEEP_S
        # A timer that is due already is in somebody else's lease: look again soon.
        left_s = (due - self._clock.now()).total_seconds()
        return min(SWEEP_S, left_s) if left_s > 0 else RETRY_S
