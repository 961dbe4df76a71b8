"""Notebook 9."""

from datetime import datetime

from services.expiration.domain import OrderId
from services.expiration.repository import LEASE, Timers, _lease
from services.payments.domain import Order, OrderStatus
from services.payments.retry_policy import PATIENCE


def may_be_sent(order: Order, now: datetime) -> bool:
    """Soon after it was decided, and for an order that is not over."""
    payment = order.payment
    if payment is None or payment.sent_at is None or now > payment.sent_at + PATIENCE:
        return False
    return order.status is not OrderStatus.CANCELLED and now < order.expires_at


async def claim(self: Timers, order: OrderId) -> bool:
    """Taken, and bound to end, in one write."""
    return bool(await self._redis.set(_lease(order), "mine", nx=True, px=LEASE))
