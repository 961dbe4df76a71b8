"""Replicas: in the end each equals its source."""

from collections.abc import Iterator
from typing import Any, Final

from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import MIRRORS, ORDERS, REPLICAS, TICKETS, Document, Evidence
from scenarios.shop.checks.words import moment, short

# What payments calls what orders says of an order.
MIRRORED: Final = {
    "created": "open",
    "awaiting:payment": "open",
    "complete": "complete",
    "cancelled": "cancelled",
}


def replicas_converge(evidence: Evidence) -> Finding:
    """Look at the end: the replica of tickets, the mirror of orders, and tickets' cursors."""
    breaches = [*_tickets(evidence), *_mirrors(evidence), *_cursors(evidence)]
    return Finding(bool(evidence.tickets or evidence.orders), breaches)


def _tickets(evidence: Evidence) -> Iterator[Breach]:
    for id in dict.fromkeys([*evidence.tickets, *evidence.replicas]):
        source = _ticket(evidence.tickets.get(id))
        replica = _replica(evidence.replicas.get(id))
        if source != replica:
            said = _difference("tickets has", source, "orders' replica has", replica)
            yield Breach(
                f"ticket {short(id)}: {said}{_when(evidence, TICKETS, id)}",
                [*evidence.latest(TICKETS, id), *evidence.latest(REPLICAS, id)],
                for_good=_stays_so(evidence, "orders", ("ticket", id), source, replica),
            )


def _mirrors(evidence: Evidence) -> Iterator[Breach]:
    for id in dict.fromkeys([*evidence.orders, *evidence.mirrors]):
        source = _order(evidence.orders.get(id))
        mirror = _mirror(evidence.mirrors.get(id))
        if source != mirror:
            said = _difference("orders has", source, "payments' mirror has", mirror)
            yield Breach(
                f"order {short(id)}: {said}{_when(evidence, ORDERS, id)}",
                [*evidence.latest(ORDERS, id), *evidence.latest(MIRRORS, id)],
                for_good=_stays_so(evidence, "payments", ("order", id), source, mirror),
            )


def _cursors(evidence: Evidence) -> Iterator[Breach]:
    applied = {
        order: (ticket, version)
        for ticket, document in evidence.tickets.items()
        for order, version in document["orders_applied"].items()
    }
    for id in dict.fromkeys([*evidence.orders, *applied]):
        order = evidence.orders.get(id)
        source = (order["ticket"]["id"], order["version"]) if order else None
        if source == applied.get(id) or (order and _is_forgotten(evidence, order)):
            continue
        ticket = (source or applied[id])[0]
        cursor = {"version": applied[id][1]} if id in applied else None
        yield Breach(
            f"order {short(id)}: {_version('orders has', source)}, "
            f"{_version('tickets has applied', applied.get(id))}{_when(evidence, ORDERS, id)}",
            [*evidence.latest(ORDERS, id), *evidence.latest(TICKETS, ticket)],
            for_good=_stays_so(evidence, "tickets", ("order", id), order, cursor),
        )


def _stays_so(
    evidence: Evidence,
    consumer: str,
    about: tuple[str, str],
    source: Document | None,
    copy: Document | None,
) -> bool:
    """Tell whether nothing is to come that would make a copy equal its source.

    It is of the same version already, or of a later one; or its next one was acknowledged.
    """
    if source is None:
        return False
    known = -1 if copy is None else copy["version"]
    return known >= source["version"] or (*about, known + 1) in _acknowledged(evidence, consumer)


def _acknowledged(evidence: Evidence, consumer: str) -> set[tuple[str, str, int]]:
    if not evidence.restless or not evidence.is_told:  # then all is, or nobody knows
        return set()
    found = {it["seq"] for it in evidence.of_kind("acked") if it["consumer"] == consumer}
    said = [
        it for it in evidence.messages if it.seq in found and "version" in it.data.get("data", {})
    ]
    return {
        (it.subject.partition(".")[0], it.data["data"].get("id"), it.data["data"]["version"])
        for it in said
    }


def _is_forgotten(evidence: Evidence, order: Document) -> bool:
    ticket = evidence.tickets.get(order["ticket"]["id"], {})
    ended: bool = order["status"] in ("complete", "cancelled")
    return ended and order["hold"] <= ticket.get("forgotten", 0)


def _version(who: str, known: tuple[str, int] | None) -> str:
    return (
        f"{who} none" if known is None else f"{who} version {known[1]} (ticket {short(known[0])})"
    )


def _difference(who: str, source: Document | None, other: str, copy: Document | None) -> str:
    if source is None or copy is None:
        return f"{who} {_whole(source)}, {other} {_whole(copy)}"
    names = [name for name in source if source[name] != copy[name]]
    if "version" not in names:
        names = ["version", *names]
    return f"{who} {_some(source, names)}, {other} {_some(copy, names)}"


def _whole(document: Document | None) -> str:
    return "none" if document is None else f"version {document['version']}"


def _some(document: Document, names: list[str]) -> str:
    return ", ".join(f"{name} {_readable(name, document[name])}" for name in names)


def _readable(name: str, value: Any) -> Any:
    return short(value) if name.endswith("_id") and isinstance(value, str) else value


def _when(evidence: Evidence, store: str, id: str) -> str:
    history = evidence.history(store, id)
    return f" (source written at {moment(history[-1].at_us)})" if history else ""


def _ticket(found: Document | None) -> Document | None:
    if found is None:
        return None
    return _offered(found) | {"order_id": found.get("holder")}


def _replica(found: Document | None) -> Document | None:
    if found is None:
        return None
    return _offered(found) | {"order_id": found.get("order_id")}


def _offered(found: Document) -> Document:
    return {name: found[name] for name in ("version", "title", "price_cents", "user_id")}


def _order(found: Document | None) -> Document | None:
    if found is None:
        return None
    return _billed(found) | {
        "status": MIRRORED[found["status"]],
        "price_cents": found["ticket"]["price_cents"],
    }


def _mirror(found: Document | None) -> Document | None:
    if found is None:
        return None
    return _billed(found) | {"status": found["status"], "price_cents": found["price_cents"]}


def _billed(found: Document) -> Document:
    return {name: found[name] for name in ("version", "user_id", "expires_at")}
