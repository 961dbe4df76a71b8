"""A ticket, and what may happen to it.

Pure: each function takes a ticket and returns what it becomes with the events that say so,
or the same ticket and no event where nothing changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final, NewType

from services.common.errors import Forbidden, Invalid, Stale
from services.common.events import Event, TicketCreated, TicketUpdated
from services.common.versioning import NOTHING_APPLIED, is_next

TicketId = NewType("TicketId", str)
OrderId = NewType("OrderId", str)
UserId = NewType("UserId", str)
Cents = NewType("Cents", int)

REMEMBERED: Final = 16  # orders of one ticket whose versions are kept although they have ended
# So many, where an order before them did not end: its end was discarded, say, or came without a
# number, as an older release told it.
WAITED_FOR: Final = 256


@dataclass(frozen=True, slots=True)
class Ticket:
    """What is for sale, and the order that holds it."""

    id: TicketId
    title: str
    price_cents: Cents
    user_id: UserId
    version: int = 0
    holder: OrderId | None = None
    # Orders for one ticket are numbered 1, 2, 3 … by the orders service.  Events of different
    # orders may cross, and only this number tells which of two orders is the later one.
    hold: int = 0
    # The last version applied of each order that touched this ticket.  It lives here, not beside
    # the ticket, so that one write changes both: a handler that slept past its deadline finds the
    # ticket's version moved on, and its write is refused.
    orders_applied: Mapping[OrderId, int] = field(default_factory=dict)
    # Or the ticket would grow with every order: those numbered 1 to `forgotten` have ended, all
    # that they said is applied, and whatever they seem to say again is a repetition.
    forgotten: int = 0
    ended: Mapping[int, OrderId] = field(default_factory=dict)  # the others that have, by number


Change = tuple[Ticket, Sequence[Event]]


def offer(ticket: Ticket) -> Sequence[Event]:
    """Put a new ticket up for sale."""
    created = TicketCreated(
        id=ticket.id,
        version=0,
        title=ticket.title,
        price=ticket.price_cents,
        user_id=ticket.user_id,
    )
    return [created]


def edit(ticket: Ticket, seller: UserId, title: str, price: Cents, known: int | None) -> Change:
    """Change what is offered, as its seller; `known` is the version that the seller saw, if said.

    Raises: Forbidden, Stale, Invalid while an order holds the ticket.
    """
    if ticket.user_id != seller:
        raise Forbidden
    if known is not None and known != ticket.version:
        raise Stale(f"The ticket has version {ticket.version} by now, not {known}")
    if ticket.holder is not None:
        raise Invalid("The ticket is reserved and cannot be changed")
    return _next(ticket, title=title, price_cents=price)


def reserve(ticket: Ticket, order: OrderId, version: int, hold: int) -> Change:
    """Hold the ticket for `order`, unless a later order has held it.  Raises: OutOfOrder."""
    if _seen(ticket, order, version):
        return ticket, []
    if hold < ticket.hold:
        return _after(ticket, order, version)
    return _after(ticket, order, version, holder=order, hold=hold)


def release(ticket: Ticket, order: OrderId, version: int) -> Change:
    """Let go of the ticket, if `order` is still the one that holds it.  Raises: OutOfOrder."""
    if _seen(ticket, order, version):
        return ticket, []
    if ticket.holder != order:
        return _after(ticket, order, version)
    return _after(ticket, order, version, holder=None)


def note(ticket: Ticket, order: OrderId, version: int) -> Change:
    """Remember a version of `order` that changes nothing here.  Raises: OutOfOrder."""
    return (ticket, []) if _seen(ticket, order, version) else _after(ticket, order, version)


def is_forgotten(ticket: Ticket, hold: int | None) -> bool:
    """Tell whether the order of this number has ended so long ago that it is not kept any more."""
    return hold is not None and hold <= ticket.forgotten


def end(ticket: Ticket, order: OrderId, hold: int | None) -> Ticket:
    """Remember that `order` will say nothing new, and forget the first of many that have ended.

    They are forgotten in the order of their numbers, so that one number tells all of them.  One
    that does not end is waited for, but not for ever: a later order has held the ticket, so that
    whatever it may still say changes nothing.
    """
    if hold is None:
        return ticket
    applied, ended = dict(ticket.orders_applied), {**ticket.ended, hold: order}
    forgotten = ticket.forgotten
    while len(applied) > REMEMBERED:
        is_waited_for = len(applied) <= WAITED_FOR or forgotten + 1 >= ticket.hold
        if forgotten + 1 not in ended and is_waited_for:
            break
        forgotten += 1
        if forgotten in ended:
            applied.pop(ended.pop(forgotten), None)
    return replace(ticket, orders_applied=applied, ended=ended, forgotten=forgotten)


def _seen(ticket: Ticket, order: OrderId, version: int) -> bool:
    applied = ticket.orders_applied.get(order, NOTHING_APPLIED)
    return not is_next(f"order {order}", applied=applied, announced=version)


def _after(ticket: Ticket, order: OrderId, version: int, **changes: Any) -> Change:
    applied = {**ticket.orders_applied, order: version}
    return _next(ticket, orders_applied=applied, **changes)


def _next(ticket: Ticket, **changes: Any) -> Change:
    after = replace(ticket, version=ticket.version + 1, **changes)
    updated = TicketUpdated(
        id=after.id,
        version=after.version,
        title=after.title,
        price=after.price_cents,
        user_id=after.user_id,
        order_id=after.holder,
    )
    return after, [updated]
