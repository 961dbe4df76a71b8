"""Asks Stripe again, with the same key, until it has said what became of a charge or refund."""

from datetime import timedelta
from typing import Final

from services.common import tracing
from services.common.bell import Bell
from services.common.clock import Clock
from services.common.telemetry import Telemetry
from services.payments.domain import Order, Status
from services.payments.repository import Orders
from services.payments.use_cases import Settlement

SWEEP_S: Final = 60.0  # between two looks for what another process has left behind
RETRY_S: Final = 5.0  # between two looks while something is known to be unsettled
# A charge younger than this may still be in the hands of the request that claimed it.
PATIENCE: Final = timedelta(seconds=10)


class Reconciler:
    """The loop that no charge and no refund is forgotten by."""

    def __init__(
        self, orders: Orders, settlement: Settlement, clock: Clock, telemetry: Telemetry
    ) -> None:
        self._orders = orders
        self._settlement = settlement
        self._clock = clock
        self._telemetry = telemetry
        self._bell = Bell()

    def wake(self) -> None:
        """Say that Stripe may have to be asked: for a refund, or once more about a charge."""
        self._bell.ring()

    async def run(self) -> None:
        """Settle for ever: when woken, and every `SWEEP_S` or `RETRY_S` seconds."""
        while True:
            try:
                pause_s = RETRY_S if await self.settle_due() else SWEEP_S
                self._telemetry.round_done("reconciler")
            except Exception as error:
                self._telemetry.round_failed("reconciler", error)
                pause_s = RETRY_S
            await self._bell.heard(pause_s)

    async def settle_due(self) -> bool:
        """Ask Stripe once about each payment that is due; return whether any was unsettled."""
        unsettled = await self._orders.unsettled()
        for order in unsettled:
            if self._is_due(order):
                with tracing.resumed(order.traceparent):
                    await self._settlement.settle(order)
        return bool(unsettled)

    def _is_due(self, order: Order) -> bool:
        payment = order.payment
        assert payment is not None, "unsettled, so there is a payment"
        return payment.status is Status.REFUNDING or self._clock.now() >= payment.since + PATIENCE
