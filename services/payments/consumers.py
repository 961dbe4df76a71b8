"""The door for other services: what orders say."""

from collections.abc import Mapping
from datetime import UTC, datetime

from services.common import tracing
from services.common.events import (
    Event,
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
)
from services.common.messaging import Handler
from services.common.versioning import Decision
from services.payments.domain import Cents, Order, OrderId, UserId
from services.payments.use_cases import PaymentsOnOrders


def handlers(payments: PaymentsOnOrders) -> Mapping[type[Event], Handler]:
    """Return what payments does with each type of event."""

    async def created(event: OrderCreated) -> Decision:
        order = Order(
            id=OrderId(event.id),
            user_id=UserId(event.user_id),
            price_cents=Cents(event.ticket.price),
            expires_at=datetime.fromisoformat(event.expires_at).astimezone(UTC),
            traceparent=tracing.current(),
        )
        return await payments.open(order)

    async def awaiting(event: OrderAwaitingPayment) -> Decision:
        return await payments.noted(OrderId(event.id), event.version)

    async def cancelled(event: OrderCancelled) -> Decision:
        return await payments.cancelled(OrderId(event.id), event.version)

    async def completed(event: OrderCompleted) -> Decision:
        return await payments.completed(OrderId(event.id), event.version)

    return {
        OrderCreated: created,
        OrderAwaitingPayment: awaiting,
        OrderCancelled: cancelled,
        OrderCompleted: completed,
    }
