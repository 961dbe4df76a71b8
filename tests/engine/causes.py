"""What an event of a trace goes back to."""

from boxoffice.trace.trace import Trace, TraceEvent


def causes_of(trace: Trace, event: TraceEvent) -> list[tuple[str, str]]:
    """Return host and kind of an event and of what it goes back to, nearest first."""
    chain = [event]
    while chain[-1].cause is not None:
        chain.append(trace.events[chain[-1].cause])
    return [(it.host, it.kind) for it in chain]
