"""Notebook 4."""

from services.common.errors import Conflict
from services.common.versioning import Decision, is_next
from services.orders.domain import Ticket as Heard
from services.orders.domain import confirm
from services.orders.use_cases import OrdersOnEvents
from services.tickets.domain import Change, OrderId, Ticket, _after, _seen


async def follow(self: OrdersOnEvents, ticket: Heard) -> Decision:
    """Its turn, then the order, and the note last: what is noted down is never done again."""
    known = await self._tickets.load(ticket.id)
    applied = -1 if known is None else known.version
    if not is_next(f"ticket {ticket.id}", applied=applied, announced=ticket.version):
        return Decision.DUPLICATE
    if ticket.order_id is not None:
        await self._book.change(ticket.order_id, confirm)
    try:
        await self._tickets.advance(applied, ticket)
    except Conflict:
        return Decision.DUPLICATE
    return Decision.APPLY


def reserve(ticket: Ticket, order: OrderId, version: int, hold: int) -> Change:
    """The highest hold has the ticket, whoever speaks last."""
    if _seen(ticket, order, version):
        return ticket, []
    if hold < ticket.hold:
        return _after(ticket, order, version)
    return _after(ticket, order, version, holder=order, hold=hold)
