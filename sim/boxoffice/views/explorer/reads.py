"""What was looked at, and what was told to a Redis, as events among those of the trace.

| kind | host | fields |
|---|---|---|
| read | a service | database, collection, search, found: id, version and more of each, decides |
| command | a Redis | by (a service), words, decides |

What `decides` is drawn at once, the rest on demand: a look that was stale when its looker wrote,
and what somebody's request has led to; of commands all but a service's own housekeeping.
"""

import re
from collections.abc import Iterator
from typing import Any, Final

from boxoffice.search.looks import Look
from boxoffice.search.seen import Command, seen_in
from boxoffice.trace.excerpts import with_more
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.trace import Trace, TraceEvent

_ID: Final = re.compile(r"(?<![0-9a-f])[0-9a-f]{24}(?![0-9a-f])")


def with_reads(outcome: Outcome) -> tuple[Outcome, list[int | None]]:
    """Return a run with its reads, and the number in the trace of each event, if it has one."""
    seen, trace = seen_in(outcome), outcome.trace
    more = [_read(it, at in seen.mattered, trace) for at, it in enumerate(seen.looks)]
    more += [_command(it) for it in seen.commands]
    if not more:
        return outcome, list(range(len(trace.events)))
    return with_more(outcome, sorted(more, key=lambda it: (it.number, it.at_us)))


def _read(look: Look, is_stale: bool, trace: Trace) -> TraceEvent:
    fields = {
        "database": look.store[0],
        "collection": look.store[1],
        "search": look.search,
        "found": list(_told(look, trace.vocabulary.changes)),
        "decides": is_stale or _is_deed(look, trace),
    }
    return TraceEvent(look.number, look.at_us, look.host, "read", look.cause, fields)


def _told(look: Look, names: Any) -> Iterator[dict[str, Any]]:
    """Yield of each document its id, its version, and what is told when it changes."""
    for one in look.seen:
        rest = {name: one[name] for name in names if one.get(name) is not None}
        yield {"id": str(one["_id"]), "version": one.get("version"), **rest}


def _is_deed(look: Look, trace: Trace) -> bool:
    """Tell whether somebody wanted something done, and did not only look."""
    asked = None if look.cause is None else trace.events[look.cause]
    if asked is None or asked.kind != "request" or asked["method"] in ("GET", "HEAD"):
        return False
    entering = trace.vocabulary.entering
    return not (entering and asked["path"].startswith(entering))


def _command(sent: Command) -> TraceEvent:
    is_about = sent.cause is not None or any(map(_ID.search, sent.words))
    fields = {"by": sent.by, "words": list(sent.words), "decides": is_about}
    return TraceEvent(sent.number, sent.at_us, sent.server, "command", sent.cause, fields)
