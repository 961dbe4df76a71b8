"""Agreed: each message says all that is agreed of its type and nothing else, and who says it why.

What it says of a ticket or an order is held against the write behind it by `unfolding.py`, and
amounts by `prices.py`; here is the rest: the envelope, the fields, the numbers of holds, how an
order came to be cancelled, and what a payment says of itself.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks import words
from scenarios.shop.checks.evidence import ORDERS, Document, Evidence, store_of
from scenarios.shop.checks.exchanges import call_of, id_in, skew_s
from scenarios.shop.checks.words import moment
from scenarios.shop.moments import seconds_of

# Source: the contract, section 3, and CloudEvents 1.0.
ENVELOPE: Final = frozenset(
    {"specversion", "id", "source", "type", "subject", "time", "datacontenttype", "data"}
)
_TICKET: Final = frozenset({"id", "version", "title", "price", "userId"})
_OF_ORDER: Final = frozenset({"id", "version", "ticket"})
_PAYMENT: Final = frozenset({"id", "version", "orderId", "stripeId", "amount"})
FIELDS: Final[Mapping[str, frozenset[str]]] = {
    "ticket.created": _TICKET,
    "ticket.updated": _TICKET | {"orderId"},
    "order.created": _OF_ORDER | {"status", "userId", "expiresAt"},
    "order.awaiting-payment": _OF_ORDER,
    "order.cancelled": _OF_ORDER | {"reason"},
    "order.completed": _OF_ORDER | {"paymentId"},
    "expiration.complete": frozenset({"orderId"}),
    "payment.created": _PAYMENT,
    "payment.refunded": _PAYMENT | {"reason"},
}
SPEAKS: Final = {"ticket": "tickets", "order": "orders", "payment": "payments"}
REASON: Final = "order cancelled"  # why money goes back
_MOMENT: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
_MILLISECOND_S: Final = 0.001  # of which a moment has no parts


def says_what_is_agreed(evidence: Evidence) -> Finding:
    """Take each message that a service has published."""
    off_s = skew_s(evidence)
    tested, breaches = False, list[Breach]()
    for event in evidence.of_kind("stored"):
        if not event["by"] or event["subject"] not in FIELDS:
            continue  # garbage, or copies that nobody has published
        tested = True
        write = None if event.cause is None else evidence.event(event.cause)
        wrong = [*_envelope(event, off_s), *_data(evidence, event, write)]
        if wrong:
            said = words.of_event(event["data"])
            proof = [*([write.number] if write else []), event.number]
            what = f"{event['by']}: {said}, stored at {moment(event.at_us)}, {wrong[0]}"
            breaches.append(Breach(what, proof))
    return Finding(tested, breaches)


def _envelope(event: TraceEvent, off_s: float) -> Iterator[str]:
    it, type = event["data"], event["subject"]
    if not isinstance(it, dict) or it.keys() != ENVELOPE:
        yield "is in another envelope than is agreed"
        return
    service = SPEAKS.get(type.partition(".")[0], "expiration")
    data, by = it["data"], event["by"].partition("-")[0]
    about = data.get("orderId") if type == "expiration.complete" else data.get("id")
    due = {
        "specversion": "1.0",
        "id": f"{about}-{data.get('version', type)}",
        "source": f"/services/{service}",
        "type": type,
        "subject": about,
        "datacontenttype": "application/json",
    }
    for name, value in due.items():
        if it[name] != value:
            yield f"has the {name} {it[name]}, not {value}"
    if by != service:
        yield f"is for {service} to say"
    if event["id"] != it["id"]:
        yield f"was published under the id {event['id']}, not {it['id']}"
    if not isinstance(it["time"], str) or not _MOMENT.fullmatch(it["time"]):
        yield f"is of {it['time']}, which is no moment in UTC to the millisecond"
    elif seconds_of(it["time"]) > event.at_us / 1e6 + off_s + _MILLISECOND_S:
        yield f"is of {it['time']}, which is yet to come"


def _data(evidence: Evidence, event: TraceEvent, write: TraceEvent | None) -> Iterator[str]:
    data, type = event["data"].get("data", {}), event["subject"]
    if data.keys() != FIELDS[type]:
        odd = sorted(data.keys() ^ FIELDS[type])
        yield f"does not say what is agreed: {', '.join(odd)}"
        return
    if write is None or write.kind != "write" or not write["after"]:
        return
    if store_of(write) == ORDERS:
        yield from _of_order(evidence, type, data, write)
    elif type.startswith("payment."):
        yield from _of_payment(type, data, write)


def _of_order(evidence: Evidence, type: str, data: Document, write: TraceEvent) -> Iterator[str]:
    fields = {"id", "hold", "price"} if type == "order.created" else {"id", "hold"}
    if data["ticket"].keys() != fields:
        yield f"does not say of its ticket what is agreed: {', '.join(sorted(data['ticket']))}"
    elif data["ticket"]["hold"] != write["after"]["hold"]:
        yield f"is of number {data['ticket']['hold']}, not {write['after']['hold']}"
    if type == "order.cancelled" and data["reason"] != (due := _reason(evidence, write)):
        yield f"says that it was by {data['reason']}, and it was by {due}"


def _reason(evidence: Evidence, write: TraceEvent) -> str:
    by = None if write.cause is None else evidence.event(write.cause)
    is_asked = by is not None and by.kind == "request" and id_in(call_of(by), "DELETE /api/orders")
    return "user" if is_asked else "expired"


def _of_payment(type: str, data: Document, write: TraceEvent) -> Iterator[str]:
    payment: Any = write["after"].get("payment") or {}
    due = {"id": payment.get("id"), "orderId": write["id"], "stripeId": payment.get("stripe_id")}
    due |= {"version": 0} if type == "payment.created" else {"version": 1, "reason": REASON}
    for name, value in due.items():
        if data[name] != value:
            yield f"has the {name} {data[name]}, not {value}"
