"""What the services decided about each message, as their logs tell, and what led to it."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from boxoffice.trace import TraceEvent

SAID: Final = ("type", "subject", "version", "decision", "attempt")


def decisions(logs: Mapping[str, str], began: datetime, number: int) -> list[TraceEvent]:
    """Return the decisions in the logs of the instances, numbered from `number` on.

    A line that was cut off when its process was killed says nothing.
    """
    found = [it for instance, log in logs.items() for it in _decided(instance, log, began)]
    return [replace(it, number=number + place) for place, it in enumerate(found)]


def _decided(instance: str, log: str, began: datetime) -> Iterator[TraceEvent]:
    for line in log.splitlines():
        try:
            said: Any = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and said.get("event") == "decided":
            since = datetime.fromisoformat(said["timestamp"]) - began
            fields = {name: said.get(name) for name in SAID}
            at_us = round(since.total_seconds() * 1_000_000)
            fields["seq"] = said.get("delivery")
            yield TraceEvent(0, at_us, instance, "decided", None, fields)


def linked(events: Sequence[TraceEvent]) -> list[TraceEvent]:
    """Return the events, each delivery caused by its storing, each decision by its delivery."""
    stored: dict[int, int] = {}
    delivered: dict[tuple[str, int, int], int] = {}
    told = []
    for event in events:
        cause = event.cause
        if event.kind == "stored":
            stored[event["seq"]] = event.number
        elif event.kind == "delivered":
            cause = stored.get(event["seq"])
            delivered[event["consumer"], event["seq"], event["attempt"]] = event.number
        elif event.kind == "decided":
            cause = delivered.get((event.host.split("-")[0], event["seq"], event["attempt"]))
        told.append(event if cause == event.cause else replace(event, cause=cause))
    return told
