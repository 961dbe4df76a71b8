"""Notebook 1."""

from dataclasses import replace

from services.common.events import OrderAwaitingPayment, OrderCompleted, OrderedTicket
from services.orders.domain import Change, Order, PaymentId, Status


def confirm(order: Order) -> Change:
    """Reserved; too late for an order that has ended meanwhile."""
    if order.status is not Status.CREATED:
        return order, []
    after = replace(order, version=order.version + 1, status=Status.AWAITING_PAYMENT)
    ticket = OrderedTicket(id=order.ticket_id)
    return after, [OrderAwaitingPayment(id=order.id, version=after.version, ticket=ticket)]


def complete(order: Order, payment: PaymentId) -> Change:
    """Paid; too late for an order that has ended meanwhile."""
    if order.status in (Status.COMPLETE, Status.CANCELLED):
        return order, []
    version = order.version + 1
    after = replace(order, version=version, status=Status.COMPLETE, payment_id=payment)
    ticket = OrderedTicket(id=order.ticket_id)
    return after, [OrderCompleted(id=order.id, version=version, payment_id=payment, ticket=ticket)]
