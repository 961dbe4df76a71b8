"""Where a consumer goes on after a purge of its stream.

The rules are those of the two functions called purge in stream.go and consumer.go of nats-server.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from boxoffice.servers.jetstream.subjects import covers, overlap

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.stream import Stream


def resumes_at(stream: Stream, filters: Sequence[str], pattern: str) -> int | None:
    """The sequence before which nothing is left for a consumer with these `filters`.

    None where messages on `pattern`, which have been purged, were not for it.
    """
    wanted = filters or (">",)
    if all(covers(pattern, it) for it in wanted):
        rest = stream.following(stream.first_seq, pattern)
        return stream.last_seq + 1 if rest is None else rest.seq
    if any(overlap(pattern, it) for it in wanted):
        return stream.first_seq
    return None
