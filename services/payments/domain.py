"""An order as payments sees it, and the one payment for it.

    (none) ──claim──▶ pending ──Stripe took it──▶ paid ──order cancelled──▶ refunding ──▶ refunded
                      │    ▲                                                   ▲
  declined, or looked ▼    │ another card        Stripe took it, too late      │
     up and not there declined     pending ────────────────────────────────────┘

`pending` means that Stripe's answer is not known: neither success nor failure.  Pure: each function
returns what the order becomes with the events that say so.  `retry_policy.py` has the spans of
time.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NewType

from services.common.errors import Forbidden, Invalid
from services.common.events import Event, PaymentCreated, PaymentRefunded
from services.common.versioning import is_next
from services.payments import retry_policy

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
    """The payment for one order.  `attempt` counts cards: each declined one allows another.

    Until it is settled, `next_at` is when Stripe is to be asked again, and a request to charge was
    sent at `sent_at` or before; an older release told neither.  `refusals` counts refused refunds.
    """

    id: PaymentId
    status: Status
    token: str
    attempt: int
    since: datetime  # when the status was taken on
    stripe_id: str | None = None
    next_at: datetime | None = None
    sent_at: datetime | None = None
    refusals: int = 0

    @property
    def due_at(self) -> datetime:
        """When Stripe is to be asked again."""
        return self.next_at or self.since + retry_policy.PATIENCE

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
    id, attempt = (payment, 1) if before is None else (before.id, before.attempt + 1)
    next_at = now + retry_policy.PATIENCE
    claimed = Payment(id, Status.PENDING, token, attempt, now, next_at=next_at, sent_at=now)
    return _paying(order, claimed)


def asking(order: Order, now: datetime) -> Order:
    """Stripe is about to be asked again; whoever looks meanwhile leaves that to us."""
    payment = _of(order)
    next_at = retry_policy.again(payment.since, now)
    if payment.status is not Status.PENDING:
        return _paying(order, replace(payment, next_at=next_at))
    if _is_repeatable(order, now):
        next_at = min(next_at, order.expires_at)
        return _paying(order, replace(payment, next_at=next_at, sent_at=now))
    # An older release may have sent it as late as now.
    sent_at = payment.sent_at or now
    certain_at = sent_at + retry_policy.CERTAIN
    next_at = certain_at if now < certain_at else next_at
    return _paying(order, replace(payment, next_at=next_at, sent_at=sent_at))


def may_be_sent(order: Order, now: datetime) -> bool:
    """Tell whether the charge may be sent now, by whoever has just said so in the document.

    Not for an order that is over: it would be charged only to be refunded, if at all.
    """
    sent_at = _of(order).sent_at
    is_prompt = sent_at is not None and now <= sent_at + retry_policy.PATIENCE
    return is_prompt and _is_repeatable(order, now)


def not_there(order: Order, attempt: int, asked_at: datetime) -> Order:
    """Stripe, asked at that moment, has no such charge; it is given up if none can come any more.

    A buyer whose order is not over may pay it again: nobody is charged a day later unasked.
    """
    payment = _of(order)
    if payment.status is not Status.PENDING or payment.attempt != attempt:
        return order
    is_certain = payment.sent_at is not None and asked_at >= payment.sent_at + retry_policy.CERTAIN
    if not is_certain or _is_repeatable(order, asked_at):
        return order
    return _paying(order, _settled(payment, Status.DECLINED, asked_at))


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
    after = replace(_settled(payment, status, now), stripe_id=stripe_id)
    return _paying(order, replace(after, next_at=now) if owed else after), [created]


def declined(order: Order, attempt: int, now: datetime) -> Change:
    """Stripe declined the card of this attempt; another card may be tried."""
    payment = order.payment
    if payment is None or payment.status is not Status.PENDING or payment.attempt != attempt:
        return order, []
    return _paying(order, _settled(payment, Status.DECLINED, now)), []


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
    return _paying(order, _settled(payment, Status.REFUNDED, now)), [refunded]


def refund_refused(order: Order, refusals: int, now: datetime) -> Order:
    """Stripe refused a refund, after so many before it; the next one has a key of its own."""
    payment = _of(order)
    if payment.status is not Status.REFUNDING or payment.refusals != refusals:
        return order
    next_at = retry_policy.after_refusal(payment.since, now)
    return _paying(order, replace(payment, refusals=refusals + 1, next_at=next_at))


def cancelled(order: Order, version: int, now: datetime) -> Order:
    """The order was cancelled; what was paid for it is owed back.  Raises: OutOfOrder."""
    if not _is_next(order, version):
        return order
    payment = order.payment
    if payment is not None and payment.status is Status.PAID:
        payment = replace(payment, status=Status.REFUNDING, since=now, next_at=now)
    elif payment is not None and payment.status is Status.PENDING:
        prompt = max(now, (payment.sent_at or payment.since) + retry_policy.PATIENCE)
        payment = replace(payment, next_at=min(payment.due_at, prompt))
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


def _of(order: Order) -> Payment:
    assert order.payment is not None, "there is no payment to ask Stripe about"
    return order.payment


def _is_repeatable(order: Order, now: datetime) -> bool:
    # Stripe knows the key, and whatever the answer, it is still of use.
    is_over = order.status is OrderStatus.CANCELLED or now >= order.expires_at
    return not is_over and now < _of(order).since + retry_policy.REPEATABLE


def _settled(payment: Payment, status: Status, now: datetime) -> Payment:
    # The card's token is of no use any more, so it is not kept.
    return replace(payment, status=status, since=now, token="", next_at=None, sent_at=None)


def _told(order: Order, version: int, status: OrderStatus, payment: Payment | None) -> Order:
    revision = order.revision + 1
    return replace(order, version=version, revision=revision, status=status, payment=payment)


def _paying(order: Order, payment: Payment) -> Order:
    return replace(order, revision=order.revision + 1, payment=payment)
