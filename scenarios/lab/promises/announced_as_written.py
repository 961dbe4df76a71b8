"""What is announced as a version is what was written as it."""

from collections.abc import Iterator
from typing import Any, Final

from boxoffice.trace import Kind, TraceEvent
from boxoffice.world import Breach, Finding, Invariant
from scenarios.shop.checks.evidence import ORDERS, TICKETS, Evidence
from scenarios.shop.checks.words import moment, of_event, short

_TYPES: Final = {
    "awaiting:payment": "order.awaiting-payment",
    "cancelled": "order.cancelled",
    "complete": "order.completed",
}


def _told_as_it_is(evidence: Evidence) -> Finding:
    """Compare what the stream has of each version with what was written as that version."""
    written = {
        (write["id"], write["after"]["version"]): write
        for write in evidence.writes(TICKETS, ORDERS)
        if write["after"] is not None
    }
    ids = {id for id, _ in written}
    breaches = []
    for stored in evidence.of_kind("stored"):
        said = stored["data"]
        if not isinstance(said, dict) or said.get("type", "")[:6] not in ("ticket", "order."):
            continue
        if said["type"].startswith("ticket.") and not any(evidence.writes(TICKETS)):
            continue  # the service does not run; the story spoke for it
        write = written.get((said["data"]["id"], said["data"]["version"]))
        breaches += [
            Breach(
                f"{of_event(said)}: {wrong}", [*([write.number] if write else []), stored.number]
            )
            for wrong in _lies(evidence, said, write)
        ]
    return Finding(bool(ids), breaches)


def _lies(evidence: Evidence, said: Any, write: TraceEvent | None) -> Iterator[str]:
    if write is None:
        yield "no such version was ever written"
        return
    told, after, before = said["data"], write["after"], write["before"]
    if said["type"].startswith("ticket."):
        wanted = {"price": after["price_cents"], "title": after["title"]}
        if before is not None:
            wanted["orderId"] = after.get("holder")
    elif before is None:
        return
    else:
        yield from _lies_of_order(evidence, said["type"], told, write)
        wanted = {"ticket": {"id": after["ticket"]["id"]}}
        told = {**told, "ticket": {"id": told["ticket"]["id"]}}  # its number is not asked for
    for field, value in wanted.items():
        if told.get(field) != value:
            yield f"it says {field} {_named(told.get(field))}, and {_named(value)} was written"


def _lies_of_order(evidence: Evidence, type_: str, told: Any, write: TraceEvent) -> Iterator[str]:
    status, at = write["after"]["status"], moment(write.at_us)
    if status == write["before"]["status"]:
        yield f"the order was {status} before that version, written at {at}, as it was after it"
    elif type_ != _TYPES.get(status):
        yield f"the order written at {at} is {status}"
    elif status == "complete":
        yield from _lies_of_payment(evidence, told["paymentId"], write)
    elif status == "cancelled" and told["reason"] != (reason := _reason(evidence, write)):
        yield f"it says that the reason is {told['reason']}, and it was {reason}"


def _lies_of_payment(evidence: Evidence, told: str, write: TraceEvent) -> Iterator[str]:
    kept = write["after"].get("payment_id")
    paid = {
        it["data"]["data"]["id"]
        for it in evidence.of_kind("stored")
        if it["subject"] == "payment.created" and it["data"]["data"]["orderId"] == write["id"]
    }
    if kept != told:
        yield f"it says payment {_named(told)}, and {_named(kept)} was written"
    elif told not in paid:
        yield f"it says payment {_named(told)}, and there is no such payment for it"


def _reason(evidence: Evidence, write: TraceEvent) -> str:
    for cause in evidence.causes(write):
        if cause.kind == "request":
            return "user"
        if cause.kind == "stored":
            return "expired" if cause["subject"] == "expiration.complete" else cause["subject"]
    return "unknown"


def _named(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("id")
    return "none" if value is None else short(str(value))


told_as_it_is: Final = Invariant(
    "told-as-it-is",
    Kind.ALWAYS,
    "each event says what was written as its version, and why",
    _told_as_it_is,
)
