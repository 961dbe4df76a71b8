"""What responses have shown of tickets and orders, and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from boxoffice.trace import TraceEvent
from scenarios.shop.checks.evidence import Document
from scenarios.shop.outside.exchanges import Exchange, Exchanges
from scenarios.shop.outside.versions import ticket_shown

NOUNS: Final = ("ticket", "order")


@dataclass(frozen=True, slots=True, eq=False)
class Observation:
    """A document as one response showed it; it was so at some moment between asking and answer."""

    noun: str
    document: Document
    exchange: Exchange
    answer: TraceEvent

    @property
    def version(self) -> int:
        """The version that was shown."""
        return int(self.document["version"])

    @property
    def from_us(self) -> int:
        """When it was asked for."""
        return self.exchange.request.at_us

    @property
    def until_us(self) -> int:
        """When it was answered."""
        return self.answer.at_us


Observations = dict[str, list[Observation]]  # by id, in the order of the answers


def observations(exchanges: Exchanges) -> dict[str, Observations]:
    """Return what was shown of each ticket and each order."""
    found: dict[str, Observations] = {noun: {} for noun in NOUNS}
    for exchange in exchanges.all:
        for noun, document, answer in _shown(exchange):
            seen = Observation(noun, document, exchange, answer)
            found[noun].setdefault(document["_id"], []).append(seen)
    for of_noun in found.values():
        for seen_often in of_noun.values():
            seen_often.sort(key=lambda it: (it.until_us, it.answer.number))
    return found


def in_order(seen: Sequence[Observation]) -> list[Observation]:
    """Return them by version, or as answered if a version has certainly gone back.

    It has if somebody asked after a later version had been answered, and was shown an earlier one.
    """
    return list(seen) if went_back(seen) else sorted(seen, key=lambda it: it.version)


def went_back(seen: Sequence[Observation]) -> bool:
    """Tell whether an earlier version was shown after a later one, whatever overlapped."""
    return any(
        later.from_us > earlier.until_us and later.version < earlier.version
        for number, earlier in enumerate(seen)
        for later in seen[number + 1 :]
    )


def last_seen(seen: Sequence[Observation]) -> Document:
    """Return the latest state that was shown."""
    return in_order(seen)[-1].document


def _shown(exchange: Exchange) -> Iterator[tuple[str, Document, TraceEvent]]:
    if not exchange.succeeded or exchange.response is None:
        return
    body: Any = exchange.body
    for entry in body if isinstance(body, list) else [body]:
        if not isinstance(entry, dict) or "version" not in entry:
            continue
        if exchange.path.startswith("/api/tickets"):
            yield "ticket", ticket_shown(entry), exchange.response
        elif exchange.path.startswith("/api/orders"):
            yield "order", _order_shown(entry), exchange.response


def _order_shown(body: Document) -> Document:
    ticket = body["ticket"]
    cents = round(ticket["price"] * 100)
    return {
        "_id": body["id"],
        "user_id": body["userId"],
        "ticket": {"id": ticket["id"], "title": ticket["title"], "price_cents": cents},
        "expires_at": body["expiresAt"],
        "status": body["status"],
        "version": body["version"],
    }
