"""Reservations: released for their holder only, and agreed upon by tickets and orders."""

from collections.abc import Iterator

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks import words
from scenarios.shop.checks.evidence import ORDERS, TICKETS, Document, Evidence, store_of
from scenarios.shop.checks.words import moment, short


def holder_releases(evidence: Evidence) -> Finding:
    """Replay the writes: a ticket leaves its holder only for the holder's own sake.

    It becomes free by a write that handles the holder's own `order.cancelled`.  It passes to
    another order only if orders has cancelled the holder by then: the news of the next order may
    overtake that of the cancellation, but nobody displaces an order that still counts.
    """
    statuses: dict[str, str] = {}  # of orders, as of now in the replay
    held_since: dict[str, TraceEvent] = {}  # ticket → the write that gave it to its holder
    tested, breaches = False, []
    for write in evidence.writes(ORDERS, TICKETS):
        if store_of(write) == ORDERS:
            statuses[write["id"]] = _status(write["after"])
            continue
        left, now = _holder(write["before"]), _holder(write["after"])
        if now == left:
            continue
        if left is not None:
            tested = True
            wrong = _complaint(evidence, write, left, now, statuses.get(left, "unknown"))
            if wrong:
                breaches.append(_taken_away(evidence, write, held_since.get(write["id"]), wrong))
        held_since[write["id"]] = write
    return Finding(tested, breaches)


def _complaint(
    evidence: Evidence, write: TraceEvent, left: str, now: str | None, status: str
) -> str | None:
    if now is not None:
        if status == "cancelled":
            return None
        return f"order {short(left)}, which is {status}, was displaced by order {short(now)}"
    if _is_cancellation_of(left, _message_behind(evidence, write)):
        return None
    return f"order {short(left)}, which is {status}, was released by {_reason(evidence, write)}"


def _is_cancellation_of(order: str, message: TraceEvent | None) -> bool:
    if message is None or message["subject"] != "order.cancelled":
        return False
    return bool(message["data"]["data"]["id"] == order)


def _message_behind(evidence: Evidence, write: TraceEvent) -> TraceEvent | None:
    return next((it for it in evidence.causes(write) if it.kind == "stored"), None)


def _reason(evidence: Evidence, write: TraceEvent) -> str:
    for cause in evidence.causes(write):
        if cause.kind == "stored":
            return words.of_event(cause["data"])
        if cause.kind == "request":
            return f"{cause['method']} of {cause.host}"
    return "nobody's message"


def _taken_away(
    evidence: Evidence, write: TraceEvent, since: TraceEvent | None, wrong: str
) -> Breach:
    after = write["after"] or write["before"]
    holding = [since.number] if since else []
    holding += evidence.latest(ORDERS, _holder(write["before"]) or "")
    causes = [it.number for it in evidence.causes(write) if it.kind in ("stored", "delivered")]
    return Breach(
        f"ticket {short(write['id'])}: {wrong} at {moment(write.at_us)} "
        f"(version {after['version']})",
        [*holding, *causes[:2], write.number],
    )


def reservation_agrees(evidence: Evidence) -> Finding:
    """Look at the end: a ticket names an order exactly when that order holds it."""
    said = [*_wrong_holders(evidence), *_forgotten_holders(evidence)]
    breaches = [
        Breach(
            message,
            [*evidence.latest(TICKETS, ticket), *evidence.latest(ORDERS, order)],
            for_good=_has_heard(evidence, ticket, order),
        )
        for message, ticket, order in said
    ]
    return Finding(bool(evidence.orders), breaches)


def _has_heard(evidence: Evidence, ticket: str, order: str) -> bool:
    """Tell whether tickets has applied the last version of an order, and waits for no other."""
    applied = evidence.tickets.get(ticket, {}).get("orders_applied", {})
    known = evidence.orders.get(order, {})
    return order in applied and applied[order] == known.get("version")


def _wrong_holders(evidence: Evidence) -> Iterator[tuple[str, str, str]]:
    for id, ticket in evidence.tickets.items():
        holder = _holder(ticket)
        if holder is None:
            continue
        order = evidence.orders.get(holder)
        if order is None or order["status"] == "cancelled" or order["ticket"]["id"] != id:
            state = "unknown to orders" if order is None else _state(evidence, order)
            yield f"{_named(ticket)} is held by order {short(holder)}, {state}", id, holder


def _forgotten_holders(evidence: Evidence) -> Iterator[tuple[str, str, str]]:
    for id, order in evidence.orders.items():
        ticket_id = order["ticket"]["id"]
        ticket = evidence.tickets.get(ticket_id)
        holder = _holder(ticket)
        if order["status"] == "cancelled" or holder == id:
            continue
        named = f"ticket {short(ticket_id)}, unknown to tickets," if not ticket else _named(ticket)
        instead = "no order" if holder is None else f"order {short(holder)}"
        state = _state(evidence, order)
        yield f"{named} is held by {instead}, not by order {short(id)}, {state}", ticket_id, id


def _named(ticket: Document) -> str:
    return f"ticket {short(ticket['_id'])} (version {ticket['version']})"


def _state(evidence: Evidence, order: Document) -> str:
    said = f"which is {order['status']} (version {order['version']}"
    history = evidence.history(ORDERS, order["_id"])
    return f"{said}, {moment(history[-1].at_us)})" if history else f"{said})"


def _holder(ticket: Document | None) -> str | None:
    return None if ticket is None else ticket.get("holder")


def _status(order: Document | None) -> str:
    return "removed" if order is None else str(order["status"])
