"""What was proved in one calm, by the numbers that its events have in the next one's trace.

A trace is put together anew each time, and what was seen since may stand in between.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from boxoffice.trace import Judgement, TraceEvent, Violation


def renumbered(
    judgements: Sequence[Judgement], before: Sequence[TraceEvent], after: Sequence[TraceEvent]
) -> list[Judgement]:
    """Return the judgements with each proof's number in `after` in place of that in `before`.

    A write is known by the version that it made.  What is not in `after` proves nothing there.
    """
    places = {_identity(event): event.number for event in after}

    def moved(found: Violation) -> Violation:
        identities = [_identity(before[number]) for number in found.events]
        kept = sorted({places[it] for it in identities if it in places})
        return replace(found, events=tuple(kept))

    return [
        replace(judgement, violations=[moved(it) for it in judgement.violations])
        for judgement in judgements
    ]


def _identity(event: TraceEvent) -> tuple[Any, ...]:
    match event.kind:
        case "stored":
            return event.kind, event["seq"]
        case "charge" | "refund":
            return event.kind, event["id"]
        case "write":
            version = (event["after"] or {}).get("version")
            return event.kind, event["collection"], event["id"], version, str(event["after"])
    # What was recorded stays as it was, up to its number and those that it names.
    return event.kind, event.host, event.at_us, event.get("path"), event.get("status")
