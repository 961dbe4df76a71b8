"""To whom things belong, and when they came to be."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from boxoffice.trace import TraceEvent
from scenarios.shop.checks.evidence import MIRRORS, ORDERS, TICKETS, Evidence, store_of

NOUNS: Final = {TICKETS: "ticket", ORDERS: "order", MIRRORS: "payment"}
UNKNOWN_SINCE: Final = -1  # of what was there in the end, and nobody saw it begin


@dataclass(frozen=True, slots=True)
class Owned:
    """What belongs to somebody: `since` is the number of the event from which on it was there."""

    owner: str
    since: int


@dataclass(slots=True)
class Owners:
    """Tickets, orders and payments, by noun and id; payments also by the orders they are for."""

    found: dict[tuple[str, str], Owned] = field(default_factory=dict)
    payable: dict[str, Owned] = field(default_factory=dict)

    def of(self, noun: str, id: str) -> Owned | None:
        """Return whose it is, or None."""
        return self.found.get((noun, id))


def owners_of(evidence: Evidence) -> Owners:
    """Return whose everything is that was ever stored."""
    owners = Owners()
    for write in evidence.writes(*NOUNS):
        _add(owners, store_of(write), write["after"] or write["before"], write.number)
    for store, documents in _left(evidence):
        for document in documents.values():
            _add(owners, store, document, UNKNOWN_SINCE)
    return owners


def _left(evidence: Evidence) -> Iterator[tuple[str, Any]]:
    yield TICKETS, evidence.tickets
    yield ORDERS, evidence.orders
    yield MIRRORS, evidence.mirrors


def _add(owners: Owners, store: str, document: dict[str, Any], since: int) -> None:
    if "user_id" not in document:
        return
    owned = Owned(document["user_id"], since)
    if store != MIRRORS:
        owners.found.setdefault((NOUNS[store], document["_id"]), owned)
        return
    owners.payable.setdefault(document["_id"], owned)
    if payment := document.get("payment"):
        owners.found.setdefault(("payment", payment["id"]), owned)


def is_before(owned: Owned, event: TraceEvent) -> bool:
    """Tell whether something was surely there when an event happened."""
    return UNKNOWN_SINCE < owned.since < event.number
