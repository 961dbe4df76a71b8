"""What lasted: a host was down, or cut off from others."""

from typing import Any, Final

from boxoffice.trace.trace import Trace, TraceEvent
from boxoffice.views.explorer.lanes import Lanes

_BEGINS: Final = {"crash": "down", "partition": "cut off"}
_ENDS: Final = {"start": "down", "heal": "cut off"}


def spans(trace: Trace, lanes: Lanes) -> list[list[Any]]:
    """Return [lane, from µs, to µs or null, what] for each; null where it never ended."""
    found: list[list[Any]] = []
    open_: dict[tuple[str, ...], list[list[Any]]] = {}
    for event in trace.of_kind(*_BEGINS, *_ENDS):
        for host in _hosts(event):
            if event.kind in _BEGINS and lanes.knows(host):
                what = _BEGINS[event.kind]
                one = [lanes.at(host), event.at_us, None, what]
                open_.setdefault(_key(event, host, what), []).append(one)
                found.append(one)
            elif event.kind in _ENDS and (begun := open_.get(_key(event, host, _ENDS[event.kind]))):
                begun.pop(0)[2] = event.at_us
    return found


def _hosts(event: TraceEvent) -> list[str]:
    """Return whom an event is about: its own host, or all that a partition names."""
    named = event.get("hosts")
    return [event.host] if named is None else [str(host) for host in named]


def _key(event: TraceEvent, host: str, what: str) -> tuple[str, ...]:
    # Two partitions of one host may overlap, and each is healed by an event that names the same.
    return (what, host, *event.get("hosts", ()), *(event.get("others") or ("everybody",)))
