"""What a trace holds of the things that a sentence names."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from boxoffice.trace.trace import Trace, TraceEvent

_WORD: Final = re.compile(r"[\w.-]*\w")


def mentioned(trace: Trace, sentence: str) -> list[TraceEvent]:
    """Return the events about what a sentence names by its id, and what they have led to.

    Names are ids of documents, parts of a path, and what messages hold.
    """
    said = set(_WORD.findall(sentence))
    found: dict[int, TraceEvent] = {}
    for event in trace.events:
        if event.cause in found or not said.isdisjoint(_named_by(event)):
            found[event.number] = event
    return list(found.values())


def _named_by(event: TraceEvent) -> Iterator[str]:
    if event.kind == "request":
        yield from event["path"].split("?")[0].split("/")[2:]  # the first part is a place
        yield from _texts(event.get("body"))
    elif event.kind == "write":
        yield str(event["id"])
    elif event.kind == "stored":
        yield from _texts(event["data"])


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict | list):
        yield from _WORD.findall(json.dumps(value, default=str))
    elif isinstance(value, str):
        yield value
