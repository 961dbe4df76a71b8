"""While somebody may still be ringing an alarm, nobody else rings it."""

from typing import Final

from boxoffice.trace import Kind, TraceEvent
from boxoffice.world import Breach, Finding, Invariant
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.words import moment, short
from services.expiration.repository import LEASE

# Who took over when a lease had run out may be there by so much sooner than the first had rung.
EARLIER_S: Final = 10.0


def _rung_by_one(evidence: Evidence) -> Finding:
    """Compare each two rings of one alarm; the broker knows the second, and has it all the same."""
    rung: dict[str, TraceEvent] = {}
    breaches = []
    for event in evidence.of_kind("stored"):
        if event["subject"] != "expiration.complete":
            continue
        order = event["data"]["data"]["orderId"]
        first = rung.setdefault(order, event)
        apart_s = (event.at_us - first.at_us) / 1e6
        if first is not event and apart_s < LEASE.total_seconds() - EARLIER_S:
            said = (
                f"the alarm of order {short(order)} was rung at {moment(first.at_us)}, and again "
                f"at {moment(event.at_us)}"
            )
            breaches.append(Breach(said, [first.number, event.number]))
    return Finding(bool(rung), breaches)


rung_by_one: Final = Invariant(
    "rung-by-one", Kind.ALWAYS, "no two processes ring one alarm at a time", _rung_by_one
)
