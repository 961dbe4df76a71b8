"""Notebook 4."""

from services.common.versioning import OutOfOrder
from services.tickets.domain import Change, OrderId, Ticket, _after, _seen


def is_next(aggregate: str, *, applied: int, announced: int) -> bool:
    """One more than the last: now.  More than one more: later.  Else: never again."""
    if announced > applied + 1:
        raise OutOfOrder(f"{aggregate}: {announced} came after {applied}")
    return announced == applied + 1


def reserve(ticket: Ticket, order: OrderId, version: int, hold: int) -> Change:
    """The highest hold has the ticket, whoever speaks last."""
    if _seen(ticket, order, version):
        return ticket, []
    if hold < ticket.hold:
        return _after(ticket, order, version)
    return _after(ticket, order, version, holder=order, hold=hold)
