"""Notebook 10."""

from dataclasses import replace
from datetime import datetime

from services.common.events import PaymentCreated
from services.payments import domain
from services.payments.cashier import Outcome, Unknown
from services.payments.domain import (
    Change,
    Order,
    OrderStatus,
    Payment,
    Status,
    _paying,
    _settled,
)
from services.payments.use_cases import Settlement


def charged(order: Order, stripe_id: str, now: datetime) -> Change:
    """Paid, or owed back: whatever the order has become while Stripe was asked."""
    payment = order.payment
    if payment is None or payment.status is not Status.PENDING:
        return order, []
    owed = order.status is OrderStatus.CANCELLED
    after = _settled(payment, Status.REFUNDING if owed else Status.PAID, now)
    said = PaymentCreated(
        id=payment.id, version=0, order_id=order.id, stripe_id=stripe_id, amount=order.price_cents
    )
    return _paying(order, replace(after, stripe_id=stripe_id)), [said]


async def _charged(self: Settlement, order: Order, payment: Payment, now: datetime) -> Outcome:
    """Send while that is allowed and tells something; else look."""
    if domain.may_be_sent(order, now):
        outcome = await self._cashier.charge(order, payment)
        if not (isinstance(outcome, Unknown) and outcome.is_kept):
            return outcome
    return await self._cashier.look_up(order, payment)
