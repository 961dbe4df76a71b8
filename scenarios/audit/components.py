"""A shop in parts that have nothing to do with each other: a ticket, its orders, their payments.

What is announced, stored and charged of one part is judged without the others; so a large shop is
judged a few parts at a time, and what is under way in one keeps nobody from judging the rest.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import Final

from scenarios.audit.looks import Look
from scenarios.shop.checks.evidence import Document, Documents
from scenarios.shop.outside.snapshot import Books, Snapshot, Stored
from services.common.messaging import DEAD_LETTERS

TOGETHER: Final = 500  # parts that are judged at once
# For which an answer of Stripe's may be waited for; what takes longer is judged as it stands.
SETTLED_S: Final = 900.0
UNREADABLE: Final = ""  # the part of what nobody can read


@dataclass(slots=True)
class Part:
    """A ticket with all that has to do with it; `is_under_way` while somebody is to act on it.

    Messages are told by their sequences, all else by ids.
    """

    messages: list[int] = field(default_factory=list)
    tickets: list[str] = field(default_factory=list)
    orders: list[str] = field(default_factory=list)
    charges: list[str] = field(default_factory=list)
    refunds: list[str] = field(default_factory=list)
    last_us: int = 0  # since 1970, of its last message
    is_under_way: bool = False


def parts_of(look: Look) -> dict[str, Part]:
    """Return the parts by their ticket, or by their order where no ticket is known."""
    snapshot = look.snapshot
    ticket_of = _tickets_of_orders(look)
    parts: dict[str, Part] = {}
    for stored in snapshot.stream:
        name = _about(stored, ticket_of)
        part = parts.setdefault(name, Part())
        part.messages.append(stored.seq)
        part.last_us = max(part.last_us, stored.at_us)
    for ticket in dict.fromkeys((*snapshot.tickets, *snapshot.replicas)):
        parts.setdefault(ticket, Part()).tickets.append(ticket)
    for order in dict.fromkeys((*snapshot.orders, *snapshot.mirrors)):
        parts.setdefault(ticket_of.get(order, order), Part()).orders.append(order)
    _enter_money(snapshot.books, parts, ticket_of)
    for name in _under_way(look, ticket_of):
        if name in parts:
            parts[name].is_under_way = True
    return parts


def together(look: Look, parts: Mapping[str, Part]) -> Iterator[tuple[list[str], Snapshot]]:
    """Yield the names of some parts, and what a look has seen of them.

    What is under way comes apart from the rest.
    """
    for under_way in (False, True):
        some = (it for it in parts.items() if it[1].is_under_way is under_way)
        while batch := dict(islice(some, TOGETHER)):
            yield list(batch), _only(look, list(batch.values()))


def _enter_money(books: Books, parts: dict[str, Part], ticket_of: Mapping[str, str]) -> None:
    charged: dict[str, Part] = {}
    for id, charge in books.charges.items():
        order = str(charge["metadata"].get("order_id", UNREADABLE))
        charged[id] = parts.setdefault(ticket_of.get(order, order), Part())
        charged[id].charges.append(id)
    for id, refund in books.refunds.items():
        if part := charged.get(str(refund.get("charge"))):
            part.refunds.append(id)


def _only(look: Look, parts: list[Part]) -> Snapshot:
    snapshot, books = look.snapshot, look.snapshot.books
    tickets = [id for part in parts for id in part.tickets]
    orders = [id for part in parts for id in part.orders]
    under_way = any(it.is_under_way for it in parts)
    return replace(
        snapshot,
        tickets=_of(snapshot.tickets, tickets),
        replicas=_of(snapshot.replicas, tickets),
        orders=_of(snapshot.orders, orders),
        mirrors=_of(snapshot.mirrors, orders),
        stream=look.stream.numbered(it for part in parts for it in part.messages),
        books=Books(
            _of(books.charges, [id for part in parts for id in part.charges]),
            _of(books.refunds, [id for part in parts for id in part.refunds]),
            books.are_read,
        ),
        timers={id: snapshot.timers[id] for id in orders if id in snapshot.timers},
        leases=(),
        restless=["work in flight"] if under_way else [],
    )


def _of(documents: Documents, wanted: list[str]) -> dict[str, Document]:
    found = ((id, documents.get(id)) for id in wanted)
    return {id: it for id, it in found if it is not None}


def _tickets_of_orders(look: Look) -> dict[str, str]:
    found = {id: str(it["ticket"]["id"]) for id, it in look.snapshot.orders.items()}
    for stored in look.stream.below("order"):
        data = _data(stored)
        ticket = data.get("ticket")
        if isinstance(ticket, dict) and "id" in data:
            found.setdefault(str(data["id"]), str(ticket.get("id")))
    return found


def _about(stored: Stored, ticket_of: Mapping[str, str]) -> str:
    data, subject = _data(stored), stored.subject
    if subject.startswith(f"{DEAD_LETTERS}."):  # whose message that is stands in itself
        subject = str(stored.data.get("type", "")) if isinstance(stored.data, dict) else ""
    noun = subject.split(".")[0]
    if noun == "ticket":
        return str(data.get("id", UNREADABLE))
    order = str(data.get("orderId" if noun in ("payment", "expiration") else "id", UNREADABLE))
    return ticket_of.get(order, order)


def _data(stored: Stored) -> Document:
    said = stored.data
    data = said.get("data") if isinstance(said, dict) else None
    return data if isinstance(data, dict) else {}


def _since_s(mirror: Document) -> float:
    """Return since when, in seconds since 1970, a payment is unsettled; 0 if it is not."""
    since = mirror.get("unsettled_since")
    return 0.0 if since is None else datetime.fromisoformat(since).timestamp()


def _under_way(look: Look, ticket_of: Mapping[str, str]) -> Iterator[str]:
    """Yield the names of parts on which somebody has yet to act, or has while we looked."""
    yield from (_about(stored, ticket_of) for stored in look.late)
    # Until somebody has replayed it, what was put aside is missing.
    yield from (_about(stored, ticket_of) for stored in look.stream.below(DEAD_LETTERS))
    snapshot = look.snapshot
    behind = min(look.floors.values(), default=None)
    if behind is not None:
        yield from (_about(stored, ticket_of) for stored in look.stream.after(behind))
    yield from (id for id, it in snapshot.tickets.items() if it.get("outbox"))
    now_s = snapshot.at_us / 1_000_000
    orders = {
        *(id for id, it in snapshot.orders.items() if it.get("outbox")),
        *(id for id, it in snapshot.mirrors.items() if it.get("outbox")),
        *(id for id, it in snapshot.mirrors.items() if _since_s(it) > now_s - SETTLED_S),
        *(id for id, due_s in snapshot.timers.items() if 0.0 < due_s <= now_s),
        *snapshot.leases,
    }
    yield from (ticket_of.get(order, order) for order in orders)
