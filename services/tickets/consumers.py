"""The door for other services: what orders say.

Tickets counts the versions of orders, so it takes all of their events, also those that change
nothing here: a version that it never saw would be a gap for ever.
"""

from collections.abc import Mapping

from services.common.events import (
    Event,
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
)
from services.common.messaging import Handler
from services.common.versioning import Decision
from services.tickets.domain import OrderId, TicketId
from services.tickets.use_cases import TicketsOnOrders


def handlers(tickets: TicketsOnOrders) -> Mapping[type[Event], Handler]:
    """Return what tickets does with each type of event."""

    async def created(event: OrderCreated) -> Decision:
        ticket = event.ticket
        order = OrderId(event.id)
        return await tickets.reserve(TicketId(ticket.id), order, event.version, ticket.hold)

    async def cancelled(event: OrderCancelled) -> Decision:
        ticket = event.ticket
        order = OrderId(event.id)
        return await tickets.release(TicketId(ticket.id), order, event.version, ticket.hold)

    async def awaiting(event: OrderAwaitingPayment) -> Decision:
        ticket = event.ticket
        return await tickets.note(
            TicketId(ticket.id), OrderId(event.id), event.version, ticket.hold
        )

    async def completed(event: OrderCompleted) -> Decision:
        ticket = event.ticket
        order = OrderId(event.id)
        return await tickets.complete(TicketId(ticket.id), order, event.version, ticket.hold)

    return {
        OrderCreated: created,
        OrderAwaitingPayment: awaiting,
        OrderCancelled: cancelled,
        OrderCompleted: completed,
    }
