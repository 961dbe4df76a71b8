"""What aggregates have announced tells what they are: their states follow from their events."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks import words
from scenarios.shop.checks.evidence import (
    MIRRORS,
    ORDERS,
    TICKETS,
    Document,
    Evidence,
    data_of,
    store_of,
)
from scenarios.shop.checks.words import moment, short

STATUS: Final = {
    "order.created": "created",
    "order.awaiting-payment": "awaiting:payment",
    "order.cancelled": "cancelled",
    "order.completed": "complete",
}
# What of a payment has been announced, once it has been charged.
PAID: Final[Mapping[str, tuple[str, ...]]] = {
    "payment.created": ("paid", "refunding"),
    "payment.refunded": ("refunded",),
}
State = dict[str, Any]
Events = dict[int, tuple[str, State]]  # of an aggregate: version → type and data


def history_explains_state(evidence: Evidence) -> Finding:
    """Fold each aggregate's events: they make the document that its owner has.

    Each event says what the write has stored that announced it; where a version was not announced,
    nothing follows from the others.
    """
    told, breaches = _told(evidence)
    for store, noun, documents in (
        (TICKETS, "ticket", evidence.tickets),
        (ORDERS, "order", evidence.orders),
    ):
        for id, document in documents.items():
            breaches += _differing(evidence, store, noun, id, document, told)
    for order, mirror in evidence.mirrors.items():
        breaches += _paid(evidence, order, mirror, told)
    if evidence.is_told:
        breaches += _written_otherwise(evidence)
    return Finding(bool(told), breaches)


def _told(evidence: Evidence) -> tuple[dict[tuple[str, str], Events], list[Breach]]:
    told: dict[tuple[str, str], Events] = {}
    breaches = []
    for message in evidence.messages:
        noun, _, verb = message.subject.partition(".")
        data = message.data.get("data", {})
        if message.is_dead_letter or "version" not in data or verb == "":
            continue
        if message.data.get("type") != message.subject:  # whoever gets it puts it aside
            continue
        events, version = told.setdefault((noun, str(data.get("id"))), {}), data["version"]
        before = events.setdefault(version, (message.subject, data))
        if before != (message.subject, data):
            said = f"{noun} {short(str(data.get('id')))}: version {version} was announced twice"
            breaches.append(
                Breach(f"{said}, as {before[0]} and as {message.subject}, not alike", for_good=True)
            )
    return told, breaches


def _differing(
    evidence: Evidence,
    store: str,
    noun: str,
    id: str,
    document: Document,
    told: dict[tuple[str, str], Events],
) -> Iterator[Breach]:
    events, last = told.get((noun, id), {}), document["version"]
    if not all(version in events for version in range(last + 1)):
        return
    folded: State = {}
    for version in range(last + 1):
        folded |= _state(*events[version])
    stored = _state_of(store, document)
    for name, value in folded.items():
        if stored.get(name) != value:
            yield Breach(
                f"{noun} {short(id)}: its events make {name} {_readable(value)} of version {last}, "
                f"it has {_readable(stored.get(name))}",
                evidence.latest(store, id),
                for_good=True,
            )


def _readable(value: Any) -> str:
    return short(value) if isinstance(value, str) and len(value) == 24 else str(value)


def _state(type: str, data: State) -> State:
    """Return what an event says of the state of what it is about."""
    if type.startswith("ticket."):
        named = {"title": data["title"], "price": data["price"], "owner": data["userId"]}
        return named | {"holder": data.get("orderId")}
    state: State = {"status": STATUS.get(type), "ticket": data.get("ticket", {}).get("id")}
    if type == "order.created":
        state |= {"owner": data["userId"], "expiry": data["expiresAt"]}
        state |= {"price": data["ticket"]["price"], "hold": data["ticket"]["hold"]}
    if type == "order.completed":
        state["payment"] = data["paymentId"]
    return state


def _state_of(store: str, document: Document) -> State:
    if store == TICKETS:
        return {
            "title": document["title"],
            "price": document["price_cents"],
            "owner": document["user_id"],
            "holder": document.get("holder"),
        }
    return {
        "status": document["status"],
        "ticket": document["ticket"]["id"],
        "price": document["ticket"]["price_cents"],
        "owner": document["user_id"],
        "expiry": document["expires_at"],
        "hold": document["hold"],
        "payment": document.get("payment_id"),
    }


def _paid(
    evidence: Evidence, order: str, mirror: Document, told: dict[tuple[str, str], Events]
) -> Iterator[Breach]:
    payment = mirror.get("payment") or {}
    events = told.get(("payment", str(payment.get("id"))), {})
    if 0 not in events:
        return
    type, data = events[max(events)]
    status = payment["status"]
    proof = evidence.latest(MIRRORS, order)
    due = {"orderId": order, "stripeId": payment.get("stripe_id")}
    wrong = [name for name, value in due.items() if data.get(name) != value]
    if status not in PAID[type] and not (type == "payment.created" and status == "refunded"):
        wrong.append("status")
    if wrong:
        said = f"payment {short(payment['id'])} of order {short(order)} is {status}"
        yield Breach(f"{said}, which does not agree with {type} in {', '.join(wrong)}", proof)


def _written_otherwise(evidence: Evidence) -> Iterator[Breach]:
    for event in evidence.of_kind("stored"):
        type, data = event["subject"], data_of(event)
        known = type in STATUS or type in ("ticket.created", "ticket.updated")
        if event.cause is None or not known or not data:
            continue
        write = evidence.event(event.cause)
        if write.kind == "write" and write["after"]:
            yield from _misreported(event, write, data)


def _misreported(event: TraceEvent, write: TraceEvent, data: State) -> Iterator[Breach]:
    after = write["after"]
    stored = _state_of(store_of(write), after) | {"version": after["version"], "id": write["id"]}
    said = _state(event["subject"], data) | {"version": data["version"], "id": data["id"]}
    wrong = [name for name, value in said.items() if stored.get(name) != value]
    if wrong:
        yield Breach(
            f"{words.of_event(event['data'])}, stored at {moment(event.at_us)}, says otherwise "
            f"than what was written at {moment(write.at_us)}: {', '.join(wrong)}",
            [write.number, event.number],
            for_good=True,
        )
