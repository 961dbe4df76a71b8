"""Asks Stripe again, until it has said what became of each charge and refund.

Each payment is asked about on its own, some at a time and each for so long at most, so that one
that is slow or cannot be read delays no other.  When it is asked about next is in its document.
"""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from services.common import tracing
from services.common.cancellation import finish
from services.common.clock import Clock
from services.common.outages import passes
from services.common.telemetry import Telemetry
from services.common.wakeup import Wakeup
from services.payments.domain import Order, OrderId, Payment
from services.payments.repository import Orders, Unreadable
from services.payments.use_cases import Settlement

SWEEP_S: Final = 60.0  # between two looks for what another process has left behind
RETRY_S: Final = 5.0  # between two looks while something is known to be unsettled
AT_ONCE: Final = 32  # below the 100 connections that Stripe's transport opens at most
ANSWER_S: Final = 60.0  # for all that one payment takes
REST: Final = timedelta(minutes=1)  # for one that failed before it could be written when to go on


class Reconciler:
    """The loop that no charge and no refund is forgotten by."""

    def __init__(
        self, orders: Orders, settlement: Settlement, clock: Clock, telemetry: Telemetry
    ) -> None:
        self._orders = orders
        self._settlement = settlement
        self._clock = clock
        self._telemetry = telemetry
        self._wakeup = Wakeup()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._in_hand: dict[OrderId, asyncio.Task[None]] = {}
        self._resting: dict[str, datetime] = {}

    def wake(self) -> None:
        """Say that Stripe may have to be asked: for a refund, or once more about a charge."""
        self._wakeup.wake()

    async def run(self) -> None:
        """Settle for ever: when woken, and every `SWEEP_S` or `RETRY_S` seconds."""
        try:
            while True:
                try:
                    pause_s = RETRY_S if await self.begin_due() else SWEEP_S
                    self._telemetry.round_done("reconciler")
                except Exception as error:
                    self._telemetry.round_failed("reconciler", error)
                    pause_s = RETRY_S
                await self._wakeup.wait(pause_s)
        finally:
            # What Stripe is being asked is waited for, unless whoever ends us has no patience.
            await finish(self._in_hand.values())

    async def begin_due(self) -> bool:
        """Begin to ask about each payment that is due; return whether any was unsettled."""
        unsettled = await self._orders.unsettled()
        now = self._clock.now()
        due = [it for it in unsettled if isinstance(it, Order) and self._is_due(it, now)]
        for order in sorted(due, key=lambda it: _payment(it).due_at):
            self._in_hand[order.id] = asyncio.create_task(self._settle(order))
        for bad in unsettled:
            if isinstance(bad, Unreadable) and not self._rests(bad.id, now):
                self._fail(bad.id, bad.error)
        return bool(unsettled)

    async def measure(self) -> Mapping[str, float]:
        """Return how many payments are unsettled, for how long unknown, and which refused.

        Raises: pymongo.errors.PyMongoError.
        """
        found = await self._orders.unsettled()
        payments = [_payment(it) for it in found if isinstance(it, Order)]
        now = self._clock.now()
        silent = [it.since for it in payments if it.refusals == 0]  # the others have an answer
        oldest = min(silent, default=now)
        return {
            "payments_unsettled": len(found),
            "payments_oldest_age_seconds": (now - oldest).total_seconds(),
            "refunds_refused": sum(it.refusals > 0 for it in payments),
        }

    async def _settle(self, order: Order) -> None:
        try:
            async with self._turns, asyncio.timeout(ANSWER_S):
                with tracing.resumed(order.traceparent):
                    await self._settlement.resume(order)
        except Exception as error:
            if passes(error):
                self._telemetry.outage("reconciler", error)
            else:
                self._fail(order.id, error)
        finally:
            del self._in_hand[order.id]

    def _fail(self, id: str, error: Exception) -> None:
        self._resting[id] = self._clock.now() + REST
        self._telemetry.failed("reconciler", error)

    def _is_due(self, order: Order, now: datetime) -> bool:
        is_free = order.id not in self._in_hand and not self._rests(order.id, now)
        return is_free and _payment(order).due_at <= now

    def _rests(self, id: str, now: datetime) -> bool:
        if self._resting.get(id, now) > now:
            return True
        self._resting.pop(id, None)
        return False


def _payment(order: Order) -> Payment:
    assert order.payment is not None, "unsettled, so there is a payment"
    return order.payment
