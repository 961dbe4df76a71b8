"""Notebook 3."""

from services.payments.domain import Order, Payment
from services.tickets.domain import OrderId, Ticket


def _seen(ticket: Ticket, order: OrderId, version: int) -> bool:
    """What is not later than the last version applied was seen before."""
    return version <= ticket.orders_applied.get(order, -1)


def charge_key(order: Order, payment: Payment) -> str:
    """The order and the card that is tried: the same for every repetition."""
    return f"{order.id}-{payment.attempt}"
