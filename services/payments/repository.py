"""The mirror of orders, and the payments in it, as documents."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pymongo.errors import DuplicateKeyError

from services.common.aggregate import Aggregates, Documents
from services.common.clock import iso
from services.common.errors import Conflict
from services.common.events import Document, Event
from services.common.outbox import Outbox
from services.payments.domain import (
    Cents,
    Order,
    OrderId,
    OrderStatus,
    Payment,
    PaymentId,
    Status,
    UserId,
)

UNSETTLED = "unsettled_since"  # there only while Stripe has to be asked


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that is no order of ours, and why not."""

    id: str
    error: Exception


class Orders:
    """All orders that payments knows of, in one collection."""

    def __init__(self, documents: Documents, outbox: Outbox) -> None:
        self._documents = documents
        self._aggregates = Aggregates(documents, outbox, counter="revision")

    async def prepare(self) -> None:
        """Create the indexes."""
        await self._documents.create_index("payment.id", unique=True, sparse=True)
        await self._documents.create_index(UNSETTLED, sparse=True)
        await self._documents.create_index("outbox.id", sparse=True)

    async def load(self, id: OrderId) -> Order | None:
        """Return one order, or None."""
        found = await self._aggregates.load(id)
        return None if found is None else _from_document(found)

    async def with_payment(self, id: PaymentId) -> Order | None:
        """Return the order that a payment is for, or None."""
        found = await self._aggregates.load_where({"payment.id": id})
        return None if found is None else _from_document(found)

    async def unsettled(self) -> list[Order | Unreadable]:
        """Return all orders about which Stripe has to be asked; one that is bad hides no other."""
        found = self._documents.find({UNSETTLED: {"$exists": True}}, {"outbox": 0})
        return [_read(document) for document in await found.to_list()]

    async def insert(self, order: Order) -> None:
        """Store a new order.  Raises: Conflict, if it is there already."""
        try:
            await self._aggregates.insert(_to_document(order), [])
        except DuplicateKeyError:
            raise Conflict(order.id) from None

    async def commit(self, before: Order, after: Order, events: Sequence[Event]) -> None:
        """Store what `before` became.  Raises: Conflict."""
        await self._aggregates.commit(before.revision, _to_document(after), events)


def _read(found: Document) -> Order | Unreadable:
    try:
        order = _from_document(found)
        if order.payment is None or not order.payment.is_unsettled:
            raise ValueError("there is nothing to settle")
        return order
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError) as error:
        return Unreadable(str(found["_id"]), error)


def _to_document(order: Order) -> Document:
    payment = order.payment
    unsettled = payment is not None and payment.is_unsettled
    return {
        "_id": order.id,
        "user_id": order.user_id,
        "price_cents": order.price_cents,
        "expires_at": iso(order.expires_at),
        "version": order.version,
        "revision": order.revision,
        "status": str(order.status),
        "payment": None if payment is None else _payment_document(payment),
        "traceparent": order.traceparent or None,
        UNSETTLED: iso(payment.since) if payment is not None and unsettled else None,
    }


def _payment_document(payment: Payment) -> Document:
    return {
        "id": payment.id,
        "status": str(payment.status),
        "token": payment.token,
        "attempt": payment.attempt,
        "since": iso(payment.since),
        "stripe_id": payment.stripe_id,
        "next_at": None if payment.next_at is None else iso(payment.next_at),
        "sent_at": None if payment.sent_at is None else iso(payment.sent_at),
        "refusals": payment.refusals,
    }


def _from_document(found: Document) -> Order:
    payment = found.get("payment")
    return Order(
        id=OrderId(found["_id"]),
        user_id=UserId(found["user_id"]),
        price_cents=Cents(found["price_cents"]),
        expires_at=_moment(found["expires_at"]),
        version=found["version"],
        revision=found["revision"],
        status=OrderStatus(found["status"]),
        payment=None if payment is None else _payment(payment),
        traceparent=found.get("traceparent", ""),
    )


def _payment(found: Document) -> Payment:
    return Payment(
        id=PaymentId(found["id"]),
        status=Status(found["status"]),
        token=found["token"],
        attempt=found["attempt"],
        since=_moment(found["since"]),
        stripe_id=found["stripe_id"],
        next_at=_moment_of(found.get("next_at")),
        sent_at=_moment_of(found.get("sent_at")),
        refusals=found.get("refusals", 0),
    )


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def _moment_of(text: str | None) -> datetime | None:
    return None if text is None else _moment(text)
