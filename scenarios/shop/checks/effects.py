"""Effects: a message or a request changes only what is its to change, refused ones nothing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks import words
from scenarios.shop.checks.evidence import (
    MIRRORS,
    ORDERS,
    REPLICAS,
    TICKETS,
    Document,
    Evidence,
    store_of,
)
from scenarios.shop.checks.exchanges import call_of
from scenarios.shop.checks.refused import changed_though_refused
from scenarios.shop.checks.words import moment, short
from services.common.subjects import REPLAYS

ALL: Final = frozenset({"*"})
_OFFER: Final = frozenset({"title", "price_cents", "version"})
_RESERVATION: Final = frozenset(
    {"holder", "hold", "orders_applied", "ended", "forgotten", "version"}
)
_STATUS: Final = frozenset({"status", "version", "held_ticket", "open_slot", "payment_id"})
_MIRROR: Final = frozenset({"status", "version", "revision", "payment", "unsettled_since"})
_PAYMENT: Final = frozenset({"revision", "payment", "unsettled_since"})
NOUNS: Final = {
    TICKETS: "ticket",
    ORDERS: "order",
    REPLICAS: "orders' replica of ticket",
    MIRRORS: "payments' mirror of order",
}


@dataclass(frozen=True, slots=True)
class Effect:
    """What may be changed of one document, and what its status may become, if that is said."""

    id: str | None
    fields: frozenset[str]
    status: str | None = None


def keeps_to_its_own(evidence: Evidence) -> Finding:
    """Follow each write to the message or the request that it goes back to."""
    tested, breaches = False, list[Breach]()
    slots: dict[str, TraceEvent] = {}  # of buyers' open orders, and the writes that took them
    for write in evidence.writes(*NOUNS):
        if store_of(write) == ORDERS:
            breaches += _taken(write, slots)
        because = next(
            (it for it in evidence.causes(write) if it.kind in ("stored", "request")), None
        )
        if because is None or _is_replay(because):
            continue
        tested = True
        allowed, by = _allowed(because, write)
        if wrong := _wrong(write, allowed):
            breaches.append(_breach(write, because, by, wrong))
    return Finding(tested, [*breaches, *changed_though_refused(evidence)])


def _is_replay(because: TraceEvent) -> bool:
    # It names a letter, and says nothing itself.
    return str(because.get("subject")).startswith(f"{REPLAYS}.")


def _taken(write: TraceEvent, slots: dict[str, TraceEvent]) -> Iterator[Breach]:
    """A buyer may have so many open orders as there are slots, each of which is one order's."""
    before, after = ((write[it] or {}).get("open_slot") for it in ("before", "after"))
    holder = slots.get(before or "") if before != after else None
    if holder is not None and holder["id"] == write["id"]:
        slots.pop(str(before))
    first = write if after is None else slots.setdefault(after, write)
    if first["id"] != write["id"]:
        said = f"order {short(write['id'])}: took the slot of order {short(first['id'])}"
        message = f"{said}, which is open as well, at {moment(write.at_us)}"
        yield Breach(message, [first.number, write.number])


def _breach(write: TraceEvent, because: TraceEvent, by: str, wrong: str) -> Breach:
    named = f"{NOUNS[store_of(write)]} {short(str(write['id']))}"
    message = f"{named}: {wrong} by {by} at {moment(write.at_us)}"
    return Breach(message, [because.number, write.number])


def _wrong(write: TraceEvent, allowed: Effect | None) -> str:
    if allowed is None or allowed.id != write["id"]:
        return "changed"
    before, after = write["before"] or {}, write["after"] or {}
    changed = [it for it in {**before, **after} if before.get(it) != after.get(it)]
    others = sorted({it for it in changed if it != "outbox"} - allowed.fields)
    if others and allowed.fields != ALL:
        return f"{', '.join(others)} changed"
    status = after.get("status")
    if allowed.status is not None and "status" in changed and status != allowed.status:
        return f"made {status}"
    return ""


def _allowed(because: TraceEvent, write: TraceEvent) -> tuple[Effect | None, str]:
    if because.kind == "request":
        by = f"the {because['method']} of {because.host}"
        return _of_request(because, write), by
    envelope = because["data"]
    data = envelope.get("data", {}) if isinstance(envelope, dict) else {}
    type = envelope.get("type", "") if isinstance(envelope, dict) else ""
    return _of_message(str(type), data, store_of(write)), words.of_event(envelope)


def _of_message(type: str, data: Mapping[str, Any], store: str) -> Effect | None:
    noun = type.partition(".")[0]
    match noun, store:
        case "ticket", "orders.tickets":
            return Effect(data["id"], ALL)
        case "ticket", "orders.orders":
            return Effect(data.get("orderId"), _STATUS, "awaiting:payment")
        case "order", "tickets.tickets":
            return Effect(data["ticket"]["id"], _RESERVATION)
        case "order", "payments.orders":
            fields = ALL if type == "order.created" else _MIRROR
            return Effect(data["id"], fields, _mirrored(type))
        case "payment", "orders.orders":
            return Effect(data["orderId"], _STATUS, "complete")
        case "expiration", "orders.orders":
            return Effect(data["orderId"], _STATUS, "cancelled")
    return None


def _mirrored(type: str) -> str:
    return {"order.cancelled": "cancelled", "order.completed": "complete"}.get(type, "open")


def _of_request(request: TraceEvent, write: TraceEvent) -> Effect | None:
    body, (method, _, path) = request.get("body"), call_of(request).partition(" ")
    asked: Document = body if isinstance(body, dict) else {}
    place, _, id = path.rpartition("/")
    match method, store_of(write):
        case "PUT", "tickets.tickets" if place == "/api/tickets":
            is_free = "holder" not in (write["before"] or {})  # what is reserved is not edited
            return Effect(id, _OFFER if is_free else frozenset())
        case "DELETE", "orders.orders" if place == "/api/orders":
            return Effect(id, _STATUS, "cancelled")
        case "POST", "payments.orders" if path == "/api/payments":
            return Effect(asked.get("orderId"), _PAYMENT)
        case "POST", "tickets.tickets" if path == "/api/tickets" and write["before"] is None:
            return Effect(write["id"], ALL)
        case "POST", "orders.orders" if path == "/api/orders" and write["before"] is None:
            wanted = write["after"]["ticket"]["id"] == asked.get("ticketId")
            return Effect(write["id"] if wanted else None, ALL)
    return None
