"""One host's log: what it did, what it was asked, and what it said of itself."""

from collections.abc import Iterable, Iterator

from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest
from boxoffice.trace.trace import Trace, TraceEvent
from boxoffice.views.failure import told
from boxoffice.views.names import Names


def log_of(trace: Trace, host: str, known: Iterable[str] = ()) -> list[str]:
    """Return the log of a host, a person's among them, a line for each event.

    `known` names hosts of which nothing may be recorded.  Raises: Misuse, for no such host.
    """
    seen = dict.fromkeys(name for event in trace.events for name in _hosts(event))
    if host not in seen and host not in (hosts := list(known)):
        raise Misuse(f"there is no host {host!r}{nearest(host, [*seen, *hosts])}")
    names = Names(trace)
    lines = [told(event, names) for event in trace.events if _is_of(event, host, trace)]
    return lines or [f"nothing is recorded of {host}"]


def _hosts(event: TraceEvent) -> Iterator[str]:
    yield event.host
    for field in ("to", "by"):
        if isinstance(name := event.get(field), str) and name:
            yield name


def _is_of(event: TraceEvent, host: str, trace: Trace) -> bool:
    if host in _hosts(event):
        return True
    # An answer, or a write, is of the host that was asked.
    cause = None if event.cause is None else trace.events[event.cause]
    return cause is not None and cause.kind == "request" and cause.get("to") == host
