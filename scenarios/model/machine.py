"""The whole shop around one ticket, and every step that it can take next.

No message is ever lost, or waits for another: what was announced can reach whom it concerns at any
later moment, in any order, as often as one likes.  So a death changes nothing that is stored, and
is no step of its own: all that follows is that a message comes again.  Time passes as it likes, so
that an order may expire at once, and Stripe be asked as late as you please.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

from scenarios.model.aggregates import NOTHING_HEARD, Message, Mirror, Order, Ticket
from scenarios.model.contract import ENDS, Contract

TICKET: Final = "t"
PRICES: Final = (20, 45, 60, 75)  # the first one, and what each edit makes of it
TYPES: Final = {status: type for type, status in ENDS.items()} | {
    "created": "order.created",
    "awaiting:payment": "order.awaiting-payment",
}


class Shop(NamedTuple):
    """All that is stored, and all that was said.  An order's name is its number, "1" the first.

    `seen` is the ticket as its seller has read it, who is about to change it.  `heard` tells of
    each order the last version that tickets has applied; it is kept in the ticket's own document.
    """

    ticket: Ticket
    said: frozenset[Message]
    seen: Ticket | None = None
    edits: int = 0
    heard: tuple[int, ...] = ()
    replica: Ticket | None = None
    orders: tuple[Order, ...] = ()
    mirrors: tuple[Mirror | None, ...] = ()
    payments: int = 0
    charges: tuple[int, ...] = ()
    refunds: tuple[int, ...] = ()


class Step(NamedTuple):
    """What happens, and what it makes of the shop.  `is_due`: it happens without anybody's wish."""

    name: str
    after: Shop
    is_due: bool


class Scope(NamedTuple):
    """How much may happen at most."""

    orders: int = 2
    edits: int = 0
    payments: int = 1


def first() -> Shop:
    """Return a shop with one ticket, just listed."""
    ticket = Ticket(PRICES[0])
    return Shop(ticket, frozenset([of_ticket(TICKET, ticket)]))


def of_ticket(id: str, ticket: Ticket) -> Message:
    """Return what announces this version of a ticket."""
    type = "ticket.updated" if ticket.version else "ticket.created"
    return Message(type, id, ticket.version, ticket.price, order=ticket.holder)


def of_order(id: str, order: Order, ticket: str) -> Message:
    """Return what announces this version of an order."""
    price = 0 if order.version else order.price
    return Message(TYPES[order.status], id, order.version, price, order.hold, ticket=ticket)


def steps(shop: Shop, rules: Contract, scope: Scope) -> Iterator[Step]:
    """Yield every step from here that changes something."""
    yield from _by_people(shop, rules, scope)
    for message in sorted(shop.said, key=_place):
        yield from _delivered(shop, rules, message)
    for at, mirror in enumerate(shop.mirrors):
        if mirror is not None:
            yield from _by_stripe(shop, rules, at, mirror)


def _by_people(shop: Shop, rules: Contract, scope: Scope) -> Iterator[Step]:
    if shop.edits < scope.edits:
        if shop.seen is None:
            yield Step("the seller looks", shop._replace(seen=shop.ticket), False)
        else:
            ticket = rules.edited(shop.seen, shop.ticket, PRICES[shop.edits + 1])
            done = shop._replace(seen=None, edits=shop.edits + 1)
            if ticket:
                yield Step("the seller edits", _tells_of(done, ticket), False)
            else:
                yield Step("the seller is refused", done, False)
    number = len(shop.orders) + 1
    if number <= scope.orders and (order := rules.placed(shop.replica, shop.orders, number)):
        yield Step(f"order {number} is placed", _begun(shop, order), False)
    for at, order in enumerate(shop.orders):
        if after := rules.ended(order, "cancelled"):
            yield Step(f"order {at + 1} is cancelled", _becomes(shop, at, after), False)
    for at, mirror in enumerate(shop.mirrors):
        may_pay = mirror and shop.payments < scope.payments
        if mirror and may_pay and (paying := rules.claimed(mirror)):
            claimed = _pays(shop, at, paying)._replace(payments=shop.payments + 1)
            yield Step(f"order {at + 1} is being paid", claimed, False)


def _delivered(shop: Shop, rules: Contract, message: Message) -> Iterator[Step]:
    name = f"{message.type} {message.version} of {message.about}"
    if message.type.startswith("ticket."):
        at = int(message.order or 0) - 1
        if at >= 0 and (order := rules.confirmed(shop.orders[at])):
            yield Step(f"orders hears {name}, and confirms", _becomes(shop, at, order), True)
        elif replica := rules.followed(shop.replica, message):
            yield Step(f"orders hears {name}", shop._replace(replica=replica), True)
    elif message.type == "payment.created":
        at = int(message.order or 0) - 1
        if order := rules.ended(shop.orders[at], "complete"):
            yield Step(f"orders hears {name}", _becomes(shop, at, order), True)
    else:
        at = int(message.about) - 1
        if ticket := rules.heard(shop.ticket, shop.heard[at], message):
            after = shop._replace(heard=_with(shop.heard, at, message.version))
            yield Step(f"tickets hears {name}", _tells_of(after, ticket), True)
        if mirror := rules.mirrored(shop.mirrors[at], message):
            yield Step(f"payments hears {name}", _pays(shop, at, mirror), True)


def _by_stripe(shop: Shop, rules: Contract, at: int, mirror: Mirror) -> Iterator[Step]:
    charges, refunds = shop.charges[at], shop.refunds[at]
    if mirror.payment == "pending" and rules.is_key_new(charges):
        after = shop._replace(charges=_with(shop.charges, at, charges + 1))
        yield Step(f"Stripe charges order {at + 1}", after, True)
    if paid := rules.charged(mirror, charges):
        created = Message("payment.created", f"p{at + 1}", 0, mirror.price, order=str(at + 1))
        after = _pays(shop, at, paid)._replace(said=shop.said | {created})
        yield Step(f"payments records the charge of order {at + 1}", after, True)
    if declined := rules.declined(mirror, charges):
        yield Step(f"the card of order {at + 1} is declined", _pays(shop, at, declined), True)
    if back := rules.refunded(mirror):
        after = _pays(shop, at, back)._replace(refunds=_with(shop.refunds, at, refunds + 1))
        yield Step(f"order {at + 1} is refunded", after, True)


def _tells_of(shop: Shop, ticket: Ticket) -> Shop:
    return shop._replace(ticket=ticket, said=shop.said | {of_ticket(TICKET, ticket)})


def _begun(shop: Shop, order: Order) -> Shop:
    return shop._replace(
        orders=(*shop.orders, order),
        heard=(*shop.heard, NOTHING_HEARD),
        mirrors=(*shop.mirrors, None),
        charges=(*shop.charges, 0),
        refunds=(*shop.refunds, 0),
        said=shop.said | {of_order(str(order.hold), order, TICKET)},
    )


def _becomes(shop: Shop, at: int, order: Order) -> Shop:
    said = shop.said | {of_order(str(at + 1), order, TICKET)}
    return shop._replace(orders=_with(shop.orders, at, order), said=said)


def _pays(shop: Shop, at: int, mirror: Mirror) -> Shop:
    return shop._replace(mirrors=_with(shop.mirrors, at, mirror))


def _place(message: Message) -> tuple[str, str, int]:
    return message.type, message.about, message.version


def _with(values: tuple[Any, ...], at: int, value: Any) -> tuple[Any, ...]:
    return (*values[:at], value, *values[at + 1 :])
