"""The door for other services: what tickets, payments and the clock say."""

from collections.abc import Mapping

from services.common.events import (
    Event,
    ExpirationComplete,
    PaymentCreated,
    TicketCreated,
    TicketUpdated,
)
from services.common.messaging import Handler
from services.common.versioning import Decision
from services.orders.domain import Cents, OrderId, PaymentId, Ticket, TicketId, UserId
from services.orders.use_cases import OrdersOnEvents


def handlers(orders: OrdersOnEvents) -> Mapping[type[Event], Handler]:
    """Return what orders does with each type of event."""

    async def ticket_created(event: TicketCreated) -> Decision:
        return await orders.follow(_ticket(event, None))

    async def ticket_updated(event: TicketUpdated) -> Decision:
        holder = None if event.order_id is None else OrderId(event.order_id)
        return await orders.follow(_ticket(event, holder))

    async def time_is_over(event: ExpirationComplete) -> Decision:
        return await orders.expire(OrderId(event.order_id))

    async def paid(event: PaymentCreated) -> Decision:
        return await orders.complete(OrderId(event.order_id), PaymentId(event.id))

    return {
        TicketCreated: ticket_created,
        TicketUpdated: ticket_updated,
        ExpirationComplete: time_is_over,
        PaymentCreated: paid,
    }


def _ticket(event: TicketCreated, holder: OrderId | None) -> Ticket:
    return Ticket(
        id=TicketId(event.id),
        title=event.title,
        price_cents=Cents(event.price),
        user_id=UserId(event.user_id),
        version=event.version,
        order_id=holder,
    )
