"""Attempts: whatever is tried again waits before it is, so that nobody is asked in a hot loop.

The bounds are those of the services' own schedules, and several times as many: a message that was
given back stays away from 0.05 s to 30 s, each time twice as long; whoever lost a server asks again
after a second; a payment is asked about every ten seconds at most, and a letter comes every ten.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks import words
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.words import moment, short

KINDS: Final = ("delivered", "stored", "charge", "refund", "mail", "log")
ROUNDS: Final = ("consumer", "outbox", "timers", "reconciler", "postman", "overdue", "clerk")


@dataclass(frozen=True, slots=True)
class Bound:
    """At most so many within so many seconds."""

    most: int
    within_s: float


# By what is attempted.  A delivery that failed is repeated six times in the first two seconds, and
# eleven times in the first minute; copies and calls for the next version come on top.
BOUNDS: Final[Mapping[str, tuple[Bound, ...]]] = {
    "delivery": (Bound(20, 1.0), Bound(60, 60.0)),
    "publication": (Bound(20, 1.0), Bound(300, 60.0)),
    "charge": (Bound(20, 60.0),),
    "letter": (Bound(8, 60.0), Bound(40, 3_600.0)),
    "round": (Bound(30, 1.0), Bound(300, 60.0)),
}


def no_hot_loop(evidence: Evidence) -> Finding:
    """Count what is tried again and again about one thing, over each span of its bounds."""
    recent: dict[tuple[str, str], deque[TraceEvent]] = {}
    told: set[tuple[str, str]] = set()
    tested, breaches = False, []
    for event in evidence.of_kind(*KINDS):
        kind, about = _attempt(event)
        tested |= bool(kind)
        if not about or (kind, about) in told:
            continue
        last = recent.setdefault((kind, about), deque())
        last.append(event)
        while event.at_us - last[0].at_us > BOUNDS[kind][-1].within_s * 1e6:
            last.popleft()
        for bound in BOUNDS[kind]:
            found = _within(last, bound.within_s)
            if len(found) > bound.most:
                told.add((kind, about))
                breaches.append(_too_many(found, bound))
    return Finding(tested, breaches)


def _attempt(event: TraceEvent) -> tuple[str, str]:
    """Return what is attempted, and about what; nothing about what is not done again."""
    match event.kind:
        case "delivered":
            again = event.get("attempt", 1) > 1
            return "delivery", f"{event['consumer']} {event['seq']}" if again else ""
        case "stored":
            return "publication", str(event["id"]) if event["duplicate"] else ""
        # A person may press the button as often as they like.
        case "charge" | "refund":
            return "charge", str(event["order"]) if event.cause is None else ""
        case "mail":
            return "letter", event["to"]
        case "log" if event.get("where") in ROUNDS:
            return "round", f"{event.host} {event['where']}"
    return "", ""


def _within(events: "deque[TraceEvent]", seconds: float) -> list[TraceEvent]:
    since_us = events[-1].at_us - seconds * 1e6
    return [event for event in events if event.at_us >= since_us]


def _too_many(found: list[TraceEvent], bound: Bound) -> Breach:
    first, last = found[0], found[-1]
    return Breach(
        f"{_named(last)} {len(found)} times within {bound.within_s:.0f} s, from "
        f"{moment(first.at_us)} on, where {bound.most} would be many",
        [first.number, last.number],
    )


def _named(event: TraceEvent) -> str:
    match event.kind:
        case "delivered":
            what = f"message {event['seq']} ({event['subject']})"
            return f"{event['consumer']}: {what} was delivered again"
        case "stored":
            return f"{event['by']}: {words.of_event(event['data'])} was published again"
        case "charge" | "refund":
            return f"order {short(str(event['order']))}: Stripe was asked for a {event.kind}"
        case "mail":
            return f"{event['to']}: a letter came"
    return f"{event.host}: {event['where']} failed, and began again,"
