"""Histories made by hand, to show each invariant what it should catch."""

from typing import Any

from boxoffice.trace.trace import TraceEvent
from scenarios.shop.checks.evidence import (
    MIRRORS,
    ORDERS,
    REPLICAS,
    TICKETS,
    USERS,
    Evidence,
    Message,
)

SEAT, OTHER_SEAT = "70dbd880862b38508c5ea701", "70dbd880862b38508c5ea702"
ANAS, BENS = "70dbd8814b37bb1c7faaaaa1", "70dbd8814b37bb1c7fbbbbb2"
SUE, ANA, BEN = "70dbd880935f1274b5000005", "70dbd880935f1274b500000a", "70dbd880935f1274b500000b"
PAYMENT = "70dbd882c3cad1cee1ccccc3"
EPOCH_S = 1_893_456_000.0  # when the histories begin, in seconds since 1970
EXPIRY_S = EPOCH_S + 900.0

Document = dict[str, Any]


def order(id: str = ANAS, **changes: Any) -> Document:
    """An order for the seat, as orders keeps it."""
    return {
        "_id": id,
        "user_id": BEN if id == BENS else ANA,
        "ticket": {"id": SEAT, "title": "Front row", "price_cents": 4_500},
        "expires_at": "2030-01-01T00:15:00.000Z",
        "hold": 2 if id == BENS else 1,
        "status": "created",
        "version": 0,
        "outbox": [],
    } | changes


def ticket(id: str = SEAT, **changes: Any) -> Document:
    """The seat, as tickets keeps it."""
    return {
        "_id": id,
        "title": "Front row",
        "price_cents": 4_500,
        "user_id": SUE,
        "version": 0,
        "hold": 0,
        "orders_applied": {},
        "outbox": [],
    } | changes


def replica(id: str = SEAT, **changes: Any) -> Document:
    """The seat, as orders knows it."""
    offered = {"_id": id, "title": "Front row", "price_cents": 4_500, "user_id": SUE}
    return offered | {"version": 0, "order_id": None} | changes


def mirror(id: str = ANAS, **changes: Any) -> Document:
    """An order, as payments knows it."""
    return {
        "_id": id,
        "user_id": BEN if id == BENS else ANA,
        "price_cents": 4_500,
        "expires_at": "2030-01-01T00:15:00.000Z",
        "version": 0,
        "revision": 0,
        "status": "open",
        "outbox": [],
    } | changes


def payment(status: str) -> Document:
    """A payment, as the mirror of its order holds it."""
    return {"id": PAYMENT, "status": status, "attempt": 1, "stripe_id": "ch_1"}


class History:
    """Events in order, a tenth of a second apart, and what they leave behind."""

    def __init__(self) -> None:
        self.events: list[TraceEvent] = []
        self.documents: dict[str, dict[str, Document]] = {
            store: {} for store in (USERS, TICKETS, ORDERS, REPLICAS, MIRRORS)
        }
        self.messages: list[Message] = []
        self.stripe: dict[str, Document] = {}

    def happens(self, host: str, kind: str, cause: int | None = None, **fields: Any) -> TraceEvent:
        """Add any event."""
        number = len(self.events)
        event = TraceEvent(number, number * 100_000, host, kind, cause, fields)
        self.events.append(event)
        return event

    def saves(
        self, store: str, document: Document, because: TraceEvent | None = None
    ) -> TraceEvent:
        """Write a document over what it was."""
        database, collection = store.split(".")
        before = self.documents[store].get(document["_id"])
        self.documents[store][document["_id"]] = document
        return self.happens(
            f"{database}-db",
            "write",
            because.number if because else None,
            database=database,
            collection=collection,
            id=document["_id"],
            before=before,
            after=document,
        )

    def removes(self, store: str, id: str) -> TraceEvent:
        """Lose a document."""
        database, collection = store.split(".")
        before = self.documents[store].pop(id)
        where: Document = {"database": database, "collection": collection, "id": id}
        return self.happens(f"{database}-db", "write", before=before, after=None, **where)

    def announces(self, subject: str, **said: Any) -> TraceEvent:
        """Store a message."""
        data = {"type": subject, "subject": said.get("id", ""), "data": said}
        seq = len(self.messages) + 1
        self.messages.append(Message(seq, subject, data))
        return self.happens("nats", "stored", seq=seq, subject=subject, data=data, duplicate=False)

    def delivers(self, stored: TraceEvent, consumer: str) -> TraceEvent:
        """Hand a stored message over."""
        fields: Document = {"consumer": consumer, "seq": stored["seq"]}
        fields |= {"subject": stored["subject"]}
        return self.happens("nats", "delivered", stored.number, **fields)

    def asks(self, person: str, call: str) -> TraceEvent:
        """Send a request, such as `GET /api/orders`."""
        method, path = call.split()
        return self.happens(person, "request", method=method, path=path)

    def answers(self, request: TraceEvent, status: int, body: Any = None) -> TraceEvent:
        """Answer a request."""
        return self.happens(
            request.host,
            "response",
            request.number,
            request=request.number,
            outcome="answered",
            status=status,
            body=body,
        )

    def charges(self, order: str = ANAS, amount: int = 4_500, refunded: int = 0) -> TraceEvent:
        """Have Stripe take money, some of which it gives back."""
        id = f"ch_{len(self.stripe) + 1}"
        metadata = {"order_id": order}
        self.stripe[id] = {"amount": amount, "amount_refunded": refunded, "metadata": metadata}
        fields: Document = {"order": order, "amount": amount, "key": f"{order}-{id}", "id": id}
        return self.happens("stripe", "charge", **fields, outcome="succeeded", replayed=False)

    def evidence(self, **ends: Any) -> Evidence:
        """Return what there is to judge from; `ends` stand in for what the events left behind."""
        left: dict[str, Any] = {
            "events": self.events,
            "users": self.documents[USERS],
            "tickets": self.documents[TICKETS],
            "orders": self.documents[ORDERS],
            "replicas": self.documents[REPLICAS],
            "mirrors": self.documents[MIRRORS],
            "messages": self.messages,
            "charges": self.stripe,
            "now_s": EPOCH_S + len(self.events) * 0.1,
        }
        return Evidence(**(left | ends))
