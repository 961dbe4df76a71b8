"""Notebook 1."""

from dataclasses import replace

from scenarios.lab.wrong.answers import Wrong
from services.common.events import OrderAwaitingPayment, OrderCompleted, OrderedTicket
from services.orders.domain import Change, Order, PaymentId, Status


def confirms_the_cancelled(order: Order) -> Change:
    after = replace(order, version=order.version + 1, status=Status.AWAITING_PAYMENT)
    ticket = OrderedTicket(id=order.ticket_id)
    return after, [OrderAwaitingPayment(id=order.id, version=after.version, ticket=ticket)]


def tells_nobody(order: Order) -> Change:
    if order.status is not Status.CREATED:
        return order, []
    return replace(order, version=order.version + 1, status=Status.AWAITING_PAYMENT), []


def keeps_the_version(order: Order) -> Change:
    if order.status is not Status.CREATED:
        return order, []
    after = replace(order, status=Status.AWAITING_PAYMENT)
    ticket = OrderedTicket(id=order.ticket_id)
    return after, [OrderAwaitingPayment(id=order.id, version=after.version, ticket=ticket)]


def completes_the_cancelled(order: Order, payment: PaymentId) -> Change:
    version = order.version + 1
    after = replace(order, version=version, status=Status.COMPLETE, payment_id=payment)
    ticket = OrderedTicket(id=order.ticket_id)
    return after, [OrderCompleted(id=order.id, version=version, payment_id=payment, ticket=ticket)]


def waits_for_the_reservation(order: Order, payment: PaymentId) -> Change:
    if order.status is not Status.AWAITING_PAYMENT:
        return order, []
    version = order.version + 1
    after = replace(order, version=version, status=Status.COMPLETE, payment_id=payment)
    ticket = OrderedTicket(id=order.ticket_id)
    return after, [OrderCompleted(id=order.id, version=version, payment_id=payment, ticket=ticket)]


WRONG = (
    Wrong(
        "confirm",
        "the reservation is the latest news, so it wins",
        confirms_the_cancelled,
        "terminal-is-final",
        "return after",
    ),
    Wrong(
        "confirm",
        "the new state is what counts, and the event is a courtesy",
        tells_nobody,
        "story",
        "return replace",
    ),
    Wrong(
        "confirm",
        "the version is the price list's business, not the status's",
        keeps_the_version,
        "versions-step-by-one",
        "return after",
    ),
    Wrong(
        "complete",
        "whoever has paid gets the seat",
        completes_the_cancelled,
        "terminal-is-final",
        "return after",
    ),
    Wrong(
        "complete",
        "first comes the reservation, then the payment",
        waits_for_the_reservation,
        "money-conserved",
        "return order, []",
    ),
)
