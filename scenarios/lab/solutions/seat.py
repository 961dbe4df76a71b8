"""Notebook 6."""

from services.orders.repository import HELD, Orders
from services.tickets.domain import Change, OrderId, Ticket, _after, _seen


async def prepare(self: Orders) -> None:
    """Unique over the orders that hold a ticket, and those alone."""
    await self._documents.create_index(HELD, unique=True, sparse=True)


def release(ticket: Ticket, order: OrderId, version: int) -> Change:
    """Only the order that holds the ticket lets go of it."""
    if _seen(ticket, order, version):
        return ticket, []
    if ticket.holder != order:
        return _after(ticket, order, version)
    return _after(ticket, order, version, holder=None)
