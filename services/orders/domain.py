"""An order, and how it ends.

    created ──ticket is reserved──▶ awaiting:payment ──paid──▶ complete
       │  └──────────────paid──────────────┼───────────────────────┘
       └──user or time────▶ cancelled ◀────┘

`complete` and `cancelled` are final.  Pure: each function returns what the order becomes with the
events that say so, or the same order and no event where nothing changes.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal, NewType

from services.common.clock import iso
from services.common.errors import Forbidden, Invalid
from services.common.events import (
    Event,
    OrderAwaitingPayment,
    OrderCancelled,
    OrderCompleted,
    OrderCreated,
    OrderedTicket,
    PricedTicket,
)

OrderId = NewType("OrderId", str)
TicketId = NewType("TicketId", str)
UserId = NewType("UserId", str)
PaymentId = NewType("PaymentId", str)
Cents = NewType("Cents", int)
Reason = Literal["user", "expired"]


class Status(StrEnum):
    """Where an order stands."""

    CREATED = "created"
    AWAITING_PAYMENT = "awaiting:payment"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


OPEN: Final = (Status.CREATED, Status.AWAITING_PAYMENT)  # may still be paid, or cancelled


@dataclass(frozen=True, slots=True)
class Ticket:
    """What orders knows of a ticket: a replica, `version` being the last one applied."""

    id: TicketId
    title: str
    price_cents: Cents
    user_id: UserId
    version: int
    order_id: OrderId | None


@dataclass(frozen=True, slots=True)
class Order:
    """One person's order for one ticket, at the price that the ticket had when it was placed."""

    id: OrderId
    user_id: UserId
    ticket_id: TicketId
    title: str
    price_cents: Cents
    placed_at: datetime | None  # not noted of orders that were stored before this was
    expires_at: datetime
    hold: int  # this is the hold-th order for its ticket
    slot: int | None = None  # among those that the buyer has for open orders, from 1 on
    status: Status = Status.CREATED
    version: int = 0
    payment_id: PaymentId | None = None

    @property
    def is_open(self) -> bool:
        """Whether the order may still be paid, or cancelled."""
        return self.status in OPEN

    def shown_to(self, user: UserId) -> "Order":
        """Return the order.  Raises: Forbidden, if it is another user's."""
        if self.user_id != user:
            raise Forbidden
        return self


Change = tuple[Order, Sequence[Event]]


def place(order: Order) -> Sequence[Event]:
    """Announce a new order."""
    ticket = PricedTicket(id=order.ticket_id, price=order.price_cents, hold=order.hold)
    created = OrderCreated(
        id=order.id,
        version=0,
        status=order.status,
        user_id=order.user_id,
        expires_at=iso(order.expires_at),
        ticket=ticket,
    )
    return [created]


def confirm(order: Order) -> Change:
    """Tickets has reserved the ticket.  Harmless when said again, or too late."""
    if order.status is not Status.CREATED:
        return order, []
    after = _next(order, status=Status.AWAITING_PAYMENT)
    return after, [OrderAwaitingPayment(id=after.id, version=after.version, ticket=_ticket(after))]


def complete(order: Order, payment: PaymentId) -> Change:
    """The order was paid.  If it was cancelled before, it stays so, and payments refunds."""
    if not order.is_open:
        return order, []
    after = _next(order, status=Status.COMPLETE, payment_id=payment)
    completed = OrderCompleted(
        id=after.id, version=after.version, payment_id=payment, ticket=_ticket(after)
    )
    return after, [completed]


def expire(order: Order) -> Change:
    """The order's time is over.  One that has ended before is left alone."""
    return _cancelled(order, "expired") if order.is_open else (order, [])


def cancel(order: Order) -> Change:
    """The user wants it no more.  Raises: Invalid, if it is complete."""
    if order.status is Status.COMPLETE:
        raise Invalid("The order is complete and cannot be cancelled")
    return _cancelled(order, "user") if order.is_open else (order, [])


def _cancelled(order: Order, reason: Reason) -> Change:
    after = _next(order, status=Status.CANCELLED)
    cancelled = OrderCancelled(
        id=after.id, version=after.version, reason=reason, ticket=_ticket(after)
    )
    return after, [cancelled]


def _next(order: Order, **changes: Any) -> Order:
    return replace(order, version=order.version + 1, **changes)


def _ticket(order: Order) -> OrderedTicket:
    return OrderedTicket(id=order.ticket_id, hold=order.hold)
