"""An order as payments sees it, and the one payment for it.

    (none) ──claim──▶ pending ──Stripe took it──▶ paid ──order cancelled──▶ refunding ──▶ refunded
                      │    ▲                                                   ▲
             declined ▼    │ another card        Stripe took it, too late      │
                   declined ┘      pending ────────────────────────────────────┘

`pending` means that Stripe's answer is not known: neither success nor failure.  Pure: each function
returns what the order becomes with the events that say so.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from services.common.errors import Forbidden, Invalid
from services.common.events import Event, PaymentCreated, PaymentRefunded
from services.common.versioning import is_next

OrderId = NewType("OrderId", str)
PaymentId = NewType("PaymentId", str)
UserId = NewType("UserId", str)
Cents = NewType("Cents", int)


class OrderStatus(StrEnum):
    """What orders last said of the order."""

    OPEN = "open"
    COMPLETE = "complete"
    CANCELLED = "cancelled"


class Status(StrEnum):
    """Where a payment stands."""

    PENDING = "pending"
    DECLINED = "declined"
    PAID = "paid"
    REFUNDING = "refunding"
    REFUNDED = "refunded"


@dataclass(frozen=True, slots=True)
class Payment:
    """The payment for one order.  `attempt` counts cards: each declined one allows another."""

    id: PaymentId
    status: Status
    token: str
    attempt: int
    since: datetime  # when the status was taken on
    stripe_id: str | None = None

    @property
    def is_unsettled(self) -> bool:
        """Whether Stripe has yet to be asked, or asked again."""
        return self.status in (Status.PENDING, Status.REFUNDING)


@dataclass(frozen=True, slots=True)
class Order:
    """A mirror of an order, with a state of its own: the payment.

    `version` is the last version of the order applied; `revision` counts the writes to the mirror,
    and every write is conditional on it.  `traceparent` is the trace in which it was created.
    """

    id: OrderId
    user_id: UserId
    price_cents: Cents
    expires_at: datetime
    version: int = 0
    revision: int = 0
    status: OrderStatus = OrderStatus.OPEN
    payment: Payment | None = None
    traceparent: str = ""

    def paid_by(self, user: UserId) -> "Order":
        """Return the order.  Raises: Forbidden, if it is another user's."""
        if self.user_id != user:
            raise Forbidden
        return self


Change = tuple[Order, Sequence[Event]]


def claim(order: Order, payment: PaymentId, token: str, now: datetime) -> Order:
    """Begin to pay, unless that has begun before.  Raises: Invalid, if it is too late."""
    before = order.payment
    if before is not None and before.status is not Status.DECLINED:
        return order
    if order.status is OrderStatus.CANCELLED:
        raise Invalid("The order is cancelled and cannot be paid", "orderId")
    if now >= order.expires_at:
        raise Invalid("The order has expired and cannot be paid", "orderId")
    if before is None:
        return _paying(order, Payment(payment, Status.PENDING, token, 1, now))
    attempt = before.attempt + 1
    return _paying(order, Payment(before.id, Status.PENDING, token, attempt, now))


def charged(order: Order, stripe_id: str, now: datetime) -> Change:
    """Stripe took the money.  If the order was cancelled meanwhile, it is owed back."""
    payment = order.payment
    if payment is None or payment.status is not Status.PENDING:
        return order, []
    owed = order.status is OrderStatus.CANCELLED
    status = Status.REFUNDING if owed else Status.PAID
    created = PaymentCreated(
        id=payment.id,
        version=0,
        order_id=order.id,
        stripe_id=stripe_id,
        amount=order.price_cents,
    )
    # The card's token is of no use any more, so it is not kept.
    after = replace(payment, status=status, stripe_id=stripe_id, since=now, token="")
    return _paying(order, after), [created]


def declined(order: Order, attempt: int, now: datetime) -> Change:
    """Stripe declined the card of this attempt; another card may be tried."""
    payment = order.payment
    if payment is None or payment.status is not Status.PENDING or payment.attempt != attempt:
        return order, []
    return _paying(order, replace(payment, status=Status.DECLINED, since=now, token="")), []


def refunded(order: Order, now: datetime) -> Change:
    """Stripe gave the money back."""
    payment = order.payment
    if payment is None or payment.status is not Status.REFUNDING:
        return order, []
    refunded = PaymentRefunded(
        id=payment.id,
        version=1,
        order_id=order.id,
        stripe_id=payment.stripe_id or "",
        amount=order.price_cents,
        reason="order cancelled",
    )
    return _paying(order, replace(payment, status=Status.REFUNDED, since=now)), [refunded]


def cancelled(order: Order, version: int, now: datetime) -> Order:
    """The order was cancelled; what was paid for it is owed back.  Raises: OutOfOrder."""
    if not _is_next(order, version):
        return order
    payment = order.payment
    if payment is not None and payment.status is Status.PAID:
        payment = replace(payment, status=Status.REFUNDING, since=now)
    return _told(order, version, OrderStatus.CANCELLED, payment)


def completed(order: Order, version: int) -> Order:
    """The order is complete.  Raises: OutOfOrder."""
    if not _is_next(order, version):
        return order
    return _told(order, version, OrderStatus.COMPLETE, order.payment)


def noted(order: Order, version: int) -> Order:
    """Remember a version of the order that changes nothing here.  Raises: OutOfOrder."""
    if not _is_next(order, version):
        return order
    return _told(order, version, order.status, order.payment)


def _is_next(order: Order, version: int) -> bool:
    return is_next(f"order {order.id}", applied=order.version, announced=version)


def _told(order: Order, version: int, status: OrderStatus, payment: Payment | None) -> Order:
    revision = order.revision + 1
    return replace(order, version=version, revision=revision, status=status, payment=payment)


def _paying(order: Order, payment: Payment) -> Order:
    return replace(order, revision=order.revision + 1, payment=payment)
