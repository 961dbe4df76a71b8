"""Which events a reader wants to see at once; the others are there on demand."""

from collections.abc import Collection
from typing import Final

from boxoffice.trace.trace import Trace, TraceEvent
from boxoffice.trace.vocabulary import Vocabulary
from boxoffice.views.losses import is_idle

_ALWAYS: Final = frozenset(
    (
        *("request", "response", "stored", "decided", "ack-expired", "termed", "max-deliveries"),
        *("charge", "refund", "intent", "webhook", "mail"),
        *(
            "crash",
            "failover",
            "pause",
            "wake",
            "forgets",
            "given-up",
            "leave",
            "partition",
            "heal",
            "skew",
        ),
    )
)


def salient(trace: Trace, proofs: Collection[int]) -> set[int]:
    """Return the numbers of the events that say something of their own, and of all proofs."""
    crashed: set[str] = set()
    found = set(proofs)
    for event in trace.events:
        if event.kind == "crash":
            crashed.add(event.host)
        if event.kind in _ALWAYS or _tells(event, crashed, trace.vocabulary):
            found.add(event.number)
    return found


def _tells(event: TraceEvent, crashed: Collection[str], words: Vocabulary) -> bool:
    if event.kind == "write":
        return _changes(event)
    if event.kind in ("read", "command"):
        return bool(event.get("decides"))
    if event.kind == "lost":
        return not is_idle(event)
    if event.kind == "start":
        return event.host in crashed  # the first start of a host is no news
    if event.kind != "log":
        return False
    return bool(event["level"] != "info" or event["what"] == "conflict" or words.told(event))


def _changes(write: TraceEvent) -> bool:
    """Tell whether more than an outbox has changed."""
    before, after = write.get("before") or {}, write.get("after") or {}
    return {**before, "outbox": 0} != {**after, "outbox": 0} or not (before and after)
