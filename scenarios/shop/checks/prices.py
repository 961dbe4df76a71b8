"""Prices: the same to the cent, from what a seller asks to what a card is charged."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import (
    MIRRORS,
    ORDERS,
    REPLICAS,
    REQUESTS,
    TICKETS,
    Evidence,
    data_of,
    store_of,
)
from scenarios.shop.checks.exchanges import Exchange, exchanges
from scenarios.shop.checks.words import dollars, moment, short

PRICED: Final = (TICKETS, ORDERS, REPLICAS, MIRRORS)
SAID: Final = ("ticket.created", "ticket.updated", "order.created")
PAID: Final = ("payment.created", "payment.refunded")


def cents_of(price: Any) -> int | None:
    """Return the whole cents of a price in dollars, or None if it is none.

    >>> [cents_of(price) for price in ("19.99", 19.99, 20, 1.005, "x", True)]
    [1999, 1999, 2000, None, None, None]
    """
    if isinstance(price, bool) or not isinstance(price, int | float | str):
        return None
    try:
        cents = Decimal(str(price)) * 100
        return int(cents) if cents == int(cents) else None
    except (InvalidOperation, OverflowError, ValueError):
        return None


def prices_to_the_cent(evidence: Evidence) -> Finding:
    """Follow each price: what a seller asked is what everybody is told, charged and given back."""
    known = Known()
    tested, breaches = False, list(_asked_and_stored(evidence, known))
    for it in exchanges(evidence):
        for what, shown, due, numbers in _shown(known, it):
            tested = True
            if shown != due:
                answered = f"answered to {it.request.host} at {moment(it.response.at_us)}"
                breaches.append(_differing(what, answered, shown, due, numbers))
    breaches += _told(evidence, known)
    breaches += _moved(evidence, known)
    return Finding(tested or bool(evidence.tickets), breaches)


@dataclass(slots=True)
class Known:
    """What things cost, each with the number of the write that says so."""

    # ticket → version, price and write, of the first version and of those that changed the price
    offered: dict[str, list[tuple[int, int, int]]] = field(default_factory=dict)
    ordered: dict[str, tuple[int, int]] = field(default_factory=dict)  # order → price and write

    def offer(self, write: TraceEvent, cents: int) -> None:
        """Take note of a write to a ticket."""
        of_ticket = self.offered.setdefault(write["id"], [])
        if not of_ticket or of_ticket[-1][1] != cents:
            of_ticket.append((write["after"]["version"], cents, write.number))

    def of_version(self, ticket: str, version: int) -> tuple[int, int] | None:
        """Return what a version of a ticket costs, and the write that set that."""
        found = [it for it in self.offered.get(ticket, ()) if it[0] <= version]
        return found[-1][1:] if found else None


Compared = tuple[str, int | None, int | None, list[int]]  # what, as it is, as it should be, proof


def _differing(what: str, how: str, now: int | None, due: int | None, proof: list[int]) -> Breach:
    is_now, should = (("no price" if it is None else dollars(it)) for it in (now, due))
    return Breach(f"{what}: {is_now} was {how}, where it costs {should}", proof)


# --- answers --------------------------------------------------------------------------------------


def _shown(known: Known, it: Exchange) -> Iterator[Compared]:
    if not it.succeeded:
        return
    path = it.call.partition(" ")[2]
    for body in it.body if isinstance(it.body, list) else [it.body]:
        if not isinstance(body, dict) or "id" not in body:
            continue
        if path.startswith("/api/tickets") and "price" in body:
            yield from _ticket_shown(known, it, body)
        elif path.startswith("/api/orders") and "ticket" in body:
            yield from _order_shown(known, it, body)


def _ticket_shown(known: Known, it: Exchange, body: dict[str, Any]) -> Iterator[Compared]:
    shown, what = cents_of(body["price"]), f"ticket {short(body['id'])}"
    if "price" in it.asked:
        yield what, shown, cents_of(it.asked["price"]), it.numbers
    if found := known.of_version(body["id"], body["version"]):
        yield what, shown, found[0], [found[1], *it.numbers]


def _order_shown(known: Known, it: Exchange, body: dict[str, Any]) -> Iterator[Compared]:
    if found := known.ordered.get(body["id"]):
        shown, what = cents_of(body["ticket"]["price"]), f"order {short(body['id'])}"
        yield what, shown, found[0], [found[1], *it.numbers]


# --- documents ------------------------------------------------------------------------------------


def _asked_and_stored(evidence: Evidence, known: Known) -> Iterator[Breach]:
    """Take each write of a price: it is what was asked for, or what the source had."""
    heard: dict[str, list[tuple[int, int]]] = {}  # ticket → prices at orders, and since when
    ordered = known.ordered
    for write in evidence.writes(*PRICED):
        store, after = store_of(write), write["after"]
        if after is None:
            continue
        cents, id = _price_in(store, after), write["id"]
        if store == REPLICAS:
            of_ticket = heard.setdefault(id, [])
            if not of_ticket or of_ticket[-1][1] != cents:
                of_ticket.append((write.number, cents))
        elif store == TICKETS:
            known.offer(write, cents)
            yield from _as_asked(evidence, write, cents)
        elif store == MIRRORS and id in ordered and cents != ordered[id][0]:
            how = f"written at payments at {moment(write.at_us)}"
            proof = [ordered[id][1], write.number]
            yield _differing(f"order {short(id)}", how, cents, ordered[id][0], proof)
        elif store == ORDERS:
            yield from _as_ordered(write, cents, ordered, heard)


def _price_in(store: str, document: dict[str, Any]) -> int:
    holder = document["ticket"] if store == ORDERS else document
    return int(holder["price_cents"])


def _as_asked(evidence: Evidence, write: TraceEvent, cents: int) -> Iterator[Breach]:
    before = write["before"]
    cause = evidence.event(write.cause) if write.cause is not None else None
    asked = cause.get("body") if cause is not None and cause.kind == "request" else None
    due = None if before is None else _price_in(TICKETS, before)
    if isinstance(asked, dict) and "price" in asked:
        due = cents_of(asked["price"])
    elif REQUESTS in evidence.unseen:
        return  # its seller may have asked for it
    if due is not None and cents != due:
        stored = f"stored at {moment(write.at_us)}"
        proof = [*([write.cause] if write.cause is not None else []), write.number]
        yield _differing(f"ticket {short(write['id'])}", stored, cents, due, proof)


def _as_ordered(
    write: TraceEvent,
    cents: int,
    ordered: dict[str, tuple[int, int]],
    heard: dict[str, list[tuple[int, int]]],
) -> Iterator[Breach]:
    id, named = write["id"], f"order {short(write['id'])}"
    stored = f"stored at {moment(write.at_us)}"
    if id in ordered:
        if cents != ordered[id][0]:
            proof = [ordered[id][1], write.number]
            yield _differing(named, stored, cents, ordered[id][0], proof)
        return
    ordered[id] = cents, write.number
    known = heard.get(write["after"]["ticket"]["id"], [])
    # It was read from the replica at some moment since it was asked for.
    asked = write.cause if write.cause is not None else write.number
    since = [number for number, _ in known if number < asked][-1:] or [0]
    possible = [(number, price) for number, price in known if number >= since[0]]
    if possible and cents not in [price for _, price in possible]:
        number, due = possible[-1]
        yield _differing(named, stored, cents, due, [number, write.number])


# --- messages, charges and refunds ----------------------------------------------------------------


def _told(evidence: Evidence, known: Known) -> Iterator[Breach]:
    for event in evidence.of_kind("stored"):
        data, subject = data_of(event), event["subject"]
        if subject in PAID and data:
            order, cents = data.get("orderId"), data.get("amount")
            yield from _amount(known, event, order, cents, "announced")
        elif subject in SAID and data and event.cause is not None:
            yield from _as_written(evidence, event, data)


def _as_written(evidence: Evidence, event: TraceEvent, data: dict[str, Any]) -> Iterator[Breach]:
    write = evidence.event(event.cause) if event.cause is not None else event
    if write.kind != "write" or not write["after"]:
        return
    is_order = event["subject"] == "order.created"
    said = data.get("ticket", {}).get("price") if is_order else data.get("price")
    due = _price_in(store_of(write), write["after"])
    if said != due:
        named = f"{'order' if is_order else 'ticket'} {short(write['id'])}"
        announced = f"announced by {event['subject']} at {moment(event.at_us)}"
        yield _differing(named, announced, said, due, [write.number, event.number])


def _moved(evidence: Evidence, known: Known) -> Iterator[Breach]:
    for event in evidence.of_kind("refund"):
        if event["outcome"] in ("succeeded", "pending") and not event["replayed"]:
            yield from _amount(known, event, event["order"], event["amount"], "given back")


def _amount(known: Known, event: TraceEvent, order: Any, cents: Any, how: str) -> Iterator[Breach]:
    found = known.ordered.get(str(order))
    if found is not None and cents != found[0]:
        proof = [found[1], event.number]
        told = f"{how} at {moment(event.at_us)}"
        yield _differing(f"order {short(str(order))}", told, cents, found[0], proof)
