"""Notebook 1."""

from dataclasses import replace

from scenarios.lab.wrong.answers import WrongAnswer
from services.common.events import OrderAwaitingPayment, OrderCompleted, OrderedTicket
from services.orders.domain import Change, Order, PaymentId, Status


def confirms_the_cancelled(order: Order) -> Change:
    after = replace(order, version=order.version + 1, status=Status.AWAITING_PAYMENT)
    ticket = OrderedTicket(id=order.ticket_id)
    return after, [OrderAwaitingPayment(id=order.id, version=after.version, ticket=ticket)]


def confirms_again(order: Order) -> Change:
    if order.status in (Status.COMPLETE, Status.CANCELLED):
        return order, []
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


def announces_what_was(order: Order) -> Change:
    if order.status is not Status.CREATED:
        return order, []
    after = replace(order, version=order.version + 1, status=Status.AWAITING_PAYMENT)
    ticket = OrderedTicket(id=order.ticket_id)
    return after, [OrderAwaitingPayment(id=order.id, version=order.version, ticket=ticket)]


def says_something_else(order: Order) -> Change:
    if order.status is not Status.CREATED:
        return order, []
    after = replace(order, version=order.version + 1, status=Status.AWAITING_PAYMENT)
    ticket = OrderedTicket(id=order.ticket_id)
    said = OrderCompleted(id=order.id, version=after.version, payment_id="", ticket=ticket)
    return after, [said]


_asked: set[str] = set()


def remembers_being_asked(order: Order) -> Change:
    if order.id in _asked or order.status is not Status.CREATED:
        return order, []
    _asked.add(order.id)
    after = replace(order, version=order.version + 1, status=Status.AWAITING_PAYMENT)
    ticket = OrderedTicket(id=order.ticket_id)
    return after, [OrderAwaitingPayment(id=order.id, version=after.version, ticket=ticket)]


def forgets_the_payment(order: Order, payment: PaymentId) -> Change:
    if not order.is_open:
        return order, []
    after = replace(order, version=order.version + 1, status=Status.COMPLETE)
    ticket = OrderedTicket(id=order.ticket_id)
    version = after.version
    return after, [OrderCompleted(id=order.id, version=version, payment_id=payment, ticket=ticket)]


def completes_what_is_complete(order: Order, payment: PaymentId) -> Change:
    if order.status is Status.CANCELLED:
        return order, []
    version = order.version + 1
    after = replace(order, version=version, status=Status.COMPLETE, payment_id=payment)
    ticket = OrderedTicket(id=order.ticket_id)
    return after, [OrderCompleted(id=order.id, version=version, payment_id=payment, ticket=ticket)]


WRONG = (
    WrongAnswer(
        "confirm",
        "the reservation is the latest news, so it wins",
        confirms_the_cancelled,
        "terminal-is-final",
        "return after",
    ),
    WrongAnswer(
        "confirm",
        "what has not ended can be confirmed",
        confirms_again,
        "told-as-it-is",
        "return after",
    ),
    WrongAnswer(
        "confirm",
        "the new state is what counts, and the event is a courtesy",
        tells_nobody,
        "story",
        "return replace",
    ),
    WrongAnswer(
        "confirm",
        "the version is the price list's business, not the status's",
        keeps_the_version,
        "versions-step-by-one",
        "return after",
    ),
    WrongAnswer(
        "complete",
        "whoever has paid gets the seat",
        completes_the_cancelled,
        "terminal-is-final",
        "return after",
    ),
    WrongAnswer(
        "complete",
        "first comes the reservation, then the payment",
        waits_for_the_reservation,
        "money-conserved",
        "return order, []",
    ),
    WrongAnswer(
        "confirm",
        "the event is about the order that came in",
        announces_what_was,
        "every-version-announced",
        "return after",
    ),
    WrongAnswer(
        "confirm",
        "one event is as good as another, if the version is right",
        says_something_else,
        "told-as-it-is",
        "return after",
    ),
    WrongAnswer(
        "confirm",
        "whoever was asked once has done it",
        remembers_being_asked,
        "story",
        "return order, []",
    ),
    WrongAnswer(
        "complete",
        "who paid is in the event, and that is enough",
        forgets_the_payment,
        "told-as-it-is",
        "return after",
    ),
    WrongAnswer(
        "complete",
        "only a cancelled order has ended",
        completes_what_is_complete,
        "told-as-it-is",
        "return after",
    ),
)
