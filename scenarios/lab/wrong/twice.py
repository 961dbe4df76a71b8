"""Notebook 3."""

from itertools import count

from scenarios.lab.wrong.answers import Wrong
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


WRONG = (
    Wrong(
        "seen",
        "a broker delivers once",
        trusts_the_broker,
        "reservation-agrees",
        "return False",
    ),
    Wrong(
        "seen",
        "a copy comes right after the original",
        remembers_only_the_last,
        "reservation-agrees",
        "return ticket.orders_applied.get(order) == version",
    ),
    Wrong(
        "seen",
        "there is one version, the ticket's",
        asks_the_wrong_version,
        "reservation-agrees",
        "return version <= ticket.version",
    ),
    Wrong(
        "charge-key",
        "every call is a call of its own",
        takes_a_fresh_key,
        "charged-once",
        "return f",
    ),
    Wrong(
        "charge-key",
        "one customer, one key",
        takes_the_buyer_for_the_key,
        "nothing-stuck",
        "return order.user_id",
    ),
    Wrong(
        "charge-key",
        "one order, one key, whatever the card",
        forgets_the_second_card,
        "nothing-stuck",
        "return order.id",
    ),
)
