"""Notebook 3."""

from itertools import count

from scenarios.lab.wrong.answers import WrongAnswer
from services.payments.domain import Order, Payment
from services.tickets.domain import OrderId, Ticket

_calls = count(1)


def trusts_the_broker(ticket: Ticket, order: OrderId, version: int) -> bool:
    return False


def remembers_only_the_last(ticket: Ticket, order: OrderId, version: int) -> bool:
    return ticket.orders_applied.get(order) == version


def asks_the_wrong_version(ticket: Ticket, order: OrderId, version: int) -> bool:
    return version <= ticket.version


def takes_a_fresh_key(order: Order, payment: Payment) -> str:
    return f"{order.id}-{next(_calls)}"


def takes_the_buyer_for_the_key(order: Order, payment: Payment) -> str:
    return order.user_id


def forgets_the_second_card(order: Order, payment: Payment) -> str:
    return order.id


_heard: set[tuple[str, int]] = set()


def is_one_off(ticket: Ticket, order: OrderId, version: int) -> bool:
    return version < ticket.orders_applied.get(order, -1)


def takes_zero_for_nothing(ticket: Ticket, order: OrderId, version: int) -> bool:
    return version <= (ticket.orders_applied.get(order) or -1)


def remembers_by_itself(ticket: Ticket, order: OrderId, version: int) -> bool:
    if (order, version) in _heard:
        return True
    _heard.add((order, version))
    return False


def takes_the_price_for_the_key(order: Order, payment: Payment) -> str:
    return f"{order.price_cents}-{payment.attempt}"


def looks_at_the_order(order: Order, payment: Payment) -> str:
    return f"{order.id}-{order.revision}-{payment.attempt}"


WRONG = (
    WrongAnswer(
        "seen",
        "a broker delivers once",
        trusts_the_broker,
        "taken-once",
        "return False",
    ),
    WrongAnswer(
        "seen",
        "a copy comes right after the original",
        remembers_only_the_last,
        "taken-once",
        "return ticket.orders_applied.get(order) == version",
    ),
    WrongAnswer(
        "seen",
        "there is one version, the ticket's",
        asks_the_wrong_version,
        "taken-once",
        "return version <= ticket.version",
    ),
    WrongAnswer(
        "charge-key",
        "every call is a call of its own",
        takes_a_fresh_key,
        "charged-once",
        "return f",
    ),
    WrongAnswer(
        "charge-key",
        "one customer, one key",
        takes_the_buyer_for_the_key,
        "story",
        "return order.user_id",
    ),
    WrongAnswer(
        "charge-key",
        "one order, one key, whatever the card",
        forgets_the_second_card,
        "story",
        "return order.id",
    ),
    WrongAnswer(
        "seen",
        "what was applied last may be applied again",
        is_one_off,
        "taken-once",
        "return version <",
    ),
    WrongAnswer(
        "seen",
        "0 is nothing",
        takes_zero_for_nothing,
        "taken-once",
        "return version <=",
    ),
    WrongAnswer(
        "seen",
        "whoever was asked once has done it",
        remembers_by_itself,
        "taken-once",
        "return True",
    ),
    WrongAnswer(
        "charge-key",
        "the same price is the same charge",
        takes_the_price_for_the_key,
        "story",
        "return f",
    ),
    WrongAnswer(
        "charge-key",
        "what the order is now belongs to the charge",
        looks_at_the_order,
        "charged-once",
        "return f",
    ),
)
