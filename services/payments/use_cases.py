"""What the payments service does: for buyers, when orders speak, and until Stripe has answered."""

import asyncio
from collections.abc import Callable, Sequence
from typing import Final

from services.common import tracing
from services.common.clock import Clock
from services.common.errors import Conflict, Declined, Forbidden, NotFound, Unavailable
from services.common.events import Event
from services.common.ids import Ids
from services.common.telemetry import Telemetry
from services.common.versioning import NOTHING_APPLIED, Decision, OutOfOrder
from services.payments import domain
from services.payments.cashier import Cashier, Outcome, Refused, Taken, Unknown
from services.payments.domain import Order, OrderId, Payment, PaymentId, Status, UserId
from services.payments.repository import Orders

LOOK_TIMEOUT_S: Final = 1.0  # for one document, when the process is about to end


class Ledger:
    """What may be written to one order's document, again if someone else was first."""

    def __init__(self, orders: Orders, telemetry: Telemetry) -> None:
        self._orders = orders
        self._telemetry = telemetry

    async def change(
        self, id: OrderId, change: Callable[[Order], tuple[Order, Sequence[Event]]]
    ) -> tuple[Order, bool]:
        """Load, decide and commit; return the order, and whether it changed.  Raises: NotFound."""
        while True:  # each turn means that someone else got on, so there is progress
            before = await self._orders.load(id)
            if before is None:
                raise NotFound("There is no such order", "orderId")
            after, events = change(before)
            if after is before:
                return before, False
            try:
                await self._orders.commit(before, after, events)
                return after, True
            except Conflict:
                self._telemetry.conflict(id)


class Settlement:
    """Asks Stripe about a payment and records the answer.  Safe to repeat and to run twice."""

    def __init__(
        self, ledger: Ledger, cashier: Cashier, clock: Clock, telemetry: Telemetry
    ) -> None:
        self._ledger = ledger
        self._cashier = cashier
        self._clock = clock
        self._telemetry = telemetry

    async def settle(self, order: Order) -> tuple[Order, Outcome]:
        """Ask Stripe for what the payment is waiting for, and record what it says."""
        payment = order.payment
        assert payment is not None, "there is no payment to ask Stripe about"
        if payment.status is Status.PENDING:
            return await self._charge(order, payment)
        return await self._refund(order, payment)

    async def _charge(self, order: Order, payment: Payment) -> tuple[Order, Outcome]:
        outcome = await self._cashier.charge(order, payment)
        self._telemetry.charged("charge", order.id, type(outcome).__name__.lower())
        now = self._clock.now()
        if isinstance(outcome, Taken):
            stripe_id = outcome.stripe_id
            order, _ = await self._ledger.change(
                order.id, lambda it: domain.charged(it, stripe_id, now)
            )
        elif isinstance(outcome, Refused):
            order, _ = await self._ledger.change(
                order.id, lambda it: domain.declined(it, payment.attempt, now)
            )
        return order, outcome

    async def _refund(self, order: Order, payment: Payment) -> tuple[Order, Outcome]:
        outcome = await self._cashier.refund(order, payment)
        self._telemetry.charged("refund", order.id, type(outcome).__name__.lower())
        if isinstance(outcome, Taken):
            now = self._clock.now()
            order, _ = await self._ledger.change(order.id, lambda it: domain.refunded(it, now))
        return order, outcome


class PaymentsForPeople:
    """What buyers ask for."""

    def __init__(
        self,
        orders: Orders,
        ledger: Ledger,
        settlement: Settlement,
        clock: Clock,
        ids: Ids,
        wake: Callable[[], None],
    ) -> None:
        self._orders = orders
        self._ledger = ledger
        self._settlement = settlement
        self._clock = clock
        self._ids = ids
        self._wake = wake

    async def pay(self, id: OrderId, user: UserId, token: str) -> Payment:
        """Pay for an order, or return the payment that was made or begun before.

        What carries no trace of its own goes on with the order's: one purchase, one trace.
        Raises: NotFound, Forbidden, Invalid if the order is over, Declined.
        """
        payment_id, now = PaymentId(self._ids.object_id()), self._clock.now()
        order, claimed = await self._ledger.change(
            id, lambda it: (domain.claim(it.paid_by(user), payment_id, token, now), [])
        )
        tracing.join(order.traceparent)
        if claimed:
            order, outcome = await self._settlement.settle(order)
            if isinstance(outcome, Refused):
                raise Declined(outcome.message)
            if isinstance(outcome, Unknown):
                self._wake()
        assert order.payment is not None, "claimed, so there is a payment"
        return order.payment

    async def begun(self, id: OrderId, user: UserId) -> Payment:
        """Return the payment that was begun or made for an order.  Raises: Unavailable."""
        async with asyncio.timeout(LOOK_TIMEOUT_S):
            order = await self._orders.load(id)
        payment = None if order is None or order.user_id != user else order.payment
        if payment is None or payment.status not in (Status.PENDING, Status.PAID):
            raise Unavailable("The payment was not begun; try again")
        return payment

    async def show(self, id: PaymentId, user: UserId) -> tuple[OrderId, Payment]:
        """Return one payment and its order's id to its owner.  Raises: NotFound, Forbidden."""
        order = await self._orders.with_payment(id)
        if order is None or order.payment is None:
            raise NotFound
        if order.user_id != user:
            raise Forbidden
        return order.id, order.payment


class PaymentsOnOrders:
    """What happens to the mirror of an order when orders speak."""

    def __init__(
        self, orders: Orders, ledger: Ledger, clock: Clock, wake: Callable[[], None]
    ) -> None:
        self._orders = orders
        self._ledger = ledger
        self._clock = clock
        self._wake = wake

    async def open(self, order: Order) -> Decision:
        """Mirror a new order."""
        try:
            await self._orders.insert(order)
        except Conflict:
            return Decision.DUPLICATE
        return Decision.APPLY

    async def cancelled(self, id: OrderId, version: int) -> Decision:
        """The order was cancelled.  Raises: OutOfOrder."""
        now = self._clock.now()
        decision = await self._told(id, version, lambda it: domain.cancelled(it, version, now))
        self._wake()  # there may be a refund to make
        return decision

    async def completed(self, id: OrderId, version: int) -> Decision:
        """The order is complete.  Raises: OutOfOrder."""
        return await self._told(id, version, lambda it: domain.completed(it, version))

    async def noted(self, id: OrderId, version: int) -> Decision:
        """Remember what changes nothing here.  Raises: OutOfOrder."""
        return await self._told(id, version, lambda it: domain.noted(it, version))

    async def _told(self, id: OrderId, version: int, change: Callable[[Order], Order]) -> Decision:
        try:
            _, changed = await self._ledger.change(id, lambda it: (change(it), []))
        except NotFound:  # cancelled before it was created, so to speak
            reason = f"order {id}: version {version} came after {NOTHING_APPLIED}"
            raise OutOfOrder(reason) from None
        return Decision.APPLY if changed else Decision.DUPLICATE
