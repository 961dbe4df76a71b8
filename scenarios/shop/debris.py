"""Debris: documents that nobody can read, as a hand or another release may leave them in a store.

One of them hides no other: whoever goes through many tells of it, and goes on.  In the stream it is
news of what is not there, which is put aside once it has failed for long enough.
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Final

Document = dict[str, Any]

_ID: Final = "debris"  # no id of ours begins so
_ENDS: Final = "2000-01-01T00:00:00+00:00"  # long ago
_OPEN: Final = {"status": "created"}
# All that is asked for, save that one field says what nobody knows.
_PAYMENT: Final = {
    "id": _ID,
    "status": "pending",
    "token": "tok_visa",
    "attempt": 1,
    "since": _ENDS,
    "stripe_id": None,
}
_MIRROR: Final = {
    "user_id": _ID,
    "price_cents": 100,
    "expires_at": _ENDS,
    "version": 0,
    "revision": 0,
    "status": "odd",
    "payment": _PAYMENT,
    "unsettled_since": _ENDS,
}
_OUTBOX: Final = {"outbox": [{"id": _ID}]}


@dataclass(frozen=True, slots=True)
class Debris:
    """What is in a collection of a service's, and where the service tells that it is."""

    service: str
    collection: str
    told: str
    document: Document


# By what they get in the way of.
DEBRIS: Final[Mapping[str, Debris]] = {
    "ends": Debris("orders", "orders", "overdue", {**_OPEN, "expires_at": ""}),
    "overdue ends": Debris("orders", "orders", "overdue", {**_OPEN, "expires_at": _ENDS}),
    "charges": Debris("payments", "orders", "reconciler", _MIRROR),
    "refunds": Debris("payments", "orders", "reconciler", {"unsettled_since": ""}),
    "letters": Debris("auth", "users", "mail", {"email": _ID, "letter_due": {"tries": 0}}),
    "news of tickets": Debris("tickets", "tickets", "outbox", {"holder": _ID, **_OUTBOX}),
    "news of orders": Debris("orders", "orders", "outbox", _OUTBOX),
    "news of payments": Debris("payments", "orders", "outbox", _OUTBOX),
}


# News, by their type: what they say.
STRAYS: Final[Mapping[str, Document]] = {
    "expiration.complete": {"orderId": _ID},
    "payment.created": {"id": _ID, "version": 0, "orderId": _ID, "stripeId": _ID, "amount": 1.0},
}


def document_of(what: str) -> Document:
    """Return the document of one kind of debris."""
    id = f"{_ID} {what}"
    return {"_id": id, "ticket": {"id": id}, **deepcopy(DEBRIS[what].document)}


def is_debris(document: Document) -> bool:
    """Tell whether somebody has put a document there by hand."""
    return str(document["_id"]).startswith(_ID)


def message_of(type: str, time: str) -> Document:
    """Return a message of this type, as it is at this time: about what is not there."""
    envelope = {"specversion": "1.0", "id": f"{_ID}-0", "source": "/by-hand", "type": type}
    return envelope | {"subject": _ID, "time": time, "data": STRAYS[type]}


def is_stray(message: Document) -> bool:
    """Tell whether a message is about what is not there."""
    return bool(message.get("data", {}).get("orderId") == _ID)


def is_stray_news(subject: str, payload: bytes) -> bool:
    """Tell whether a message is such news; where it failed, its subject is told."""
    return subject in STRAYS and f'"orderId": "{_ID}"'.encode() in payload


def told_by(document: Document) -> str:
    """Return where a service tells that there is this debris."""
    return DEBRIS[str(document["_id"]).removeprefix(f"{_ID} ")].told
