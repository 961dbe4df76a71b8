"""What a run has come through, coarsely: what shape its events had, and which followed which.

Two runs of the same shapes have shown the same behaviour, as far as a search cares; one with a new
shape has been somewhere.  Ids, times and texts are no part of a shape.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from boxoffice.trace.trace import TraceEvent

_SAID: Final = ("verb", "subject", "decision", "status", "outcome", "type", "consumer", "to")


def shapes_of(events: Iterable[TraceEvent]) -> frozenset[int]:
    """Return the shapes of a run: pairs of what happened next to each other on one host."""
    found, last = set(), dict[str, tuple[str, ...]]()
    for event in events:
        shape = _shape(event)
        found.add((last.get(event.host, ()), shape))
        last[event.host] = shape
    return frozenset(map(_number, found))


def _shape(event: TraceEvent) -> tuple[str, ...]:
    fields = event.fields
    said = [fields[key] for key in _SAID if key in fields]
    return (event.kind, *[str(it) for it in said if it is not None])


@lru_cache(maxsize=65_536)  # most of what a run comes through, others have come through
def _number(shape: object) -> int:
    # Not hash(), which differs from process to process.
    from zlib import crc32

    return crc32(repr(shape).encode())
