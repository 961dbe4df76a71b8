"""What the expiration service does: sets timers, and rings them."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Final

from services.common.clock import Clock
from services.common.outages import passes
from services.common.telemetry import Telemetry
from services.common.versioning import Decision
from services.common.wakeup import Wakeup
from services.expiration.domain import OrderId, Timer
from services.expiration.repository import Timers

SWEEP_S: Final = 60.0
RETRY_S: Final = 1.0

Announce = Callable[[Timer], Awaitable[None]]


class TimersOnOrders:
    """What happens to timers when orders speak."""

    def __init__(self, timers: Timers, clock: Clock, wake: Callable[[datetime], None]) -> None:
        self._timers = timers
        self._clock = clock
        self._wake = wake

    async def start(self, order: OrderId, due: datetime) -> Decision:
        """Set the timer of a new order."""
        if not await self._timers.set(Timer(order, due)):
            return Decision.DUPLICATE
        self._wake(due)
        return Decision.APPLY

    async def settle(self, order: OrderId) -> Decision:
        """The order has ended: its timer must not ring, and never be set again."""
        news = await self._timers.settle(order, self._clock.now())
        return Decision.APPLY if news else Decision.DUPLICATE


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
        self._wakeup = Wakeup()
        self._asleep_until: datetime | None = None
        self._is_refused = False  # whether Redis did not take what it was filled with

    def wake(self, due: datetime) -> None:
        """Say that there is a new timer.  Most are due after all others and need no second look."""
        if self._asleep_until is None or due < self._asleep_until:
            self._wakeup.wake()

    async def run(self) -> None:
        """Ring for ever: when a timer is due, when woken, and every `SWEEP_S` seconds."""
        while True:
            try:
                await self.recover()
                pause_s = await self.ring_due()
                self._telemetry.round_done("timers")
            except Exception as error:
                self._telemetry.round_failed("timers", error)
                pause_s = RETRY_S
            self._asleep_until = self._clock.now() + timedelta(seconds=pause_s)
            await self._wakeup.wait(pause_s)
            self._asleep_until = None

    async def recover(self) -> None:
        """Fill Redis from the stream if it has lost its memory."""
        if await self._timers.are_lost():
            if self._is_refused:  # all of it was told in vain: first of all Redis has to take it
                await self._timers.try_to_keep()
            self._is_refused = True
            await self._replay()
            await self._timers.are_kept()
        self._is_refused = False

    async def measure(self) -> Mapping[str, float]:
        """Return how many timers there are, and how many of them are late."""
        all_of_them, late = await self._timers.count(self._clock.now())
        return {"timers_set": all_of_them, "timers_late": late}

    async def ring_due(self) -> float:
        """Announce what is due, then remove it; return the seconds until there is more to do."""
        done = set[OrderId]()
        while True:
            timers, now = await self._timers.next(), self._clock.now()
            due = [timer for timer in timers if timer.due <= now]
            if not due:
                left_s = [(timer.due - now).total_seconds() for timer in timers]
                return min([SWEEP_S, *left_s])
            # One that is there again Redis has not kept as removed: it may not keep it now either.
            fresh = [timer for timer in due if timer.order_id not in done]
            rung = [await self._ring_alone(timer) for timer in fresh]
            done.update(timer.order_id for timer in fresh)
            await self._timers.forget_before(now)
            if not any(rung):  # or all are in the hands of others, who may die: look again soon
                return RETRY_S

    async def _ring_alone(self, timer: Timer) -> bool:
        """Ring unless another process has the lease; return whether it was this one's to ring."""
        if not await self._timers.claim(timer.order_id):
            return False
        try:
            await self._ring(timer)
        except Exception as error:
            if passes(error):
                raise
            # It must not hold up the others, and it will never ring: orders ends what is overdue.
            self._telemetry.failed("timers", error)
            await self._timers.settle(timer.order_id, self._clock.now())
        finally:  # also when it may not ring: it is nobody's then, and due at once
            await self._timers.release(timer.order_id)
        return True

    async def _ring(self, timer: Timer) -> None:
        # Since this process looked, another may have rung it, or its order may have ended.
        if await self._timers.is_set(timer.order_id):
            await self._announce(timer)
            await self._timers.settle(timer.order_id, self._clock.now())
