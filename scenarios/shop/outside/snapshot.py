"""What can be seen of a shop from outside at one moment."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from scenarios.shop.checks.evidence import Backlog, Document, Documents, Message

STORES: Final = (  # the field of an Evidence, the database, the collection
    ("users", "auth", "users"),
    ("tickets", "tickets", "tickets"),
    ("orders", "orders", "orders"),
    ("replicas", "orders", "tickets"),
    ("mirrors", "payments", "orders"),
)
# What is judged by Stripe's books alone.
OF_MONEY: Final = frozenset({"charged-once", "money-conserved"})


@dataclass(frozen=True, slots=True)
class Stored:
    """One message as the stream keeps it; `at_us` is the broker's time, in µs since 1970."""

    seq: int
    subject: str
    payload: bytes
    headers: Mapping[str, str]
    at_us: int

    @property
    def data(self) -> Any:
        """The message decoded, or as text if that cannot be done."""
        try:
            return json.loads(self.payload)
        except (ValueError, RecursionError):
            return self.payload.decode("utf-8", "replace")

    def as_message(self) -> Message:
        """Return what the checks see of it."""
        data = self.data
        readable = isinstance(data, dict) and isinstance(data.get("data"), dict)
        reason = self.headers.get("Boxoffice-Reason", "")
        return Message(self.seq, self.subject, data if readable else {}, reason)


@dataclass(frozen=True, slots=True)
class Books:
    """Stripe's charges and refunds by id; unread if it does not remember what it did."""

    charges: Documents = field(default_factory=dict)
    refunds: Documents = field(default_factory=dict)
    are_read: bool = True
    why: str = ""  # they are not, in a line


@dataclass(frozen=True)
class Snapshot:
    """The stores, the stream and the books; `at_us` is when they had been read, µs since 1970.

    Documents are by id.  The stream is read before the stores, so that it is never ahead of them.
    """

    at_us: int
    users: Documents = field(default_factory=dict)
    tickets: Documents = field(default_factory=dict)
    orders: Documents = field(default_factory=dict)
    replicas: Documents = field(default_factory=dict)
    mirrors: Documents = field(default_factory=dict)
    stream: Sequence[Stored] = ()
    books: Books = field(default_factory=Books)
    timers: Mapping[str, float] = field(default_factory=dict)
    leases: Sequence[str] = ()
    consumers: Mapping[str, Backlog] = field(default_factory=dict)
    restless: Sequence[str] = ()

    def outboxes(self) -> list[Document]:
        """Return the events that are committed and not yet published."""
        publishing = (self.tickets, self.orders, self.mirrors)
        documents = [document for store in publishing for document in store.values()]
        return [entry for document in documents for entry in document.get("outbox", ())]
