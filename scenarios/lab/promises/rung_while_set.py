"""An alarm that was called off stays silent."""

from typing import Final

from boxoffice.trace import Kind, TraceEvent
from boxoffice.world import Breach, Finding, Invariant
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.words import moment, short

# Who looked just before the timer was called off may have begun to ring: a call to Redis, and one
# to the broker.
UNDER_WAY_US: Final = 500_000
_ENDS: Final = ("order.cancelled", "order.completed")


def _rung_while_set(evidence: Evidence) -> Finding:
    """Follow each alarm back to when expiration took note that its order has ended."""
    called_off: dict[str, TraceEvent] = {}
    tested, breaches = False, []
    for event in evidence.of_kind("decided", "stored"):
        if event.kind == "decided":
            if event.host == "expiration" and event["type"] in _ENDS:
                called_off.setdefault(event["subject"], event)
        elif event["subject"] == "expiration.complete" and not event.get("duplicate"):
            tested, order = True, event["data"]["data"]["orderId"]
            off = called_off.get(order)
            if off is not None and event.at_us > off.at_us + UNDER_WAY_US:
                said = (
                    f"the alarm of order {short(order)} was called off at {moment(off.at_us)}, "
                    f"and rang at {moment(event.at_us)}"
                )
                breaches.append(Breach(said, [off.number, event.number]))
    return Finding(tested, breaches)


rung_while_set: Final = Invariant(
    "rung-while-set",
    Kind.ALWAYS,
    "no alarm rings after its order's end has called it off",
    _rung_while_set,
)
