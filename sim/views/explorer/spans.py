"""What lasted: a host was down, or cut off from others."""

from typing import Any, Final

from sim.trace import Trace, TraceEvent
from sim.views.explorer.lanes import Lanes

_BEGINS: Final = {"crash": "down", "partition": "cut off", "pause": "paused"}
_ENDS: Final = {"start": "down", "heal": "cut off", "resume": "paused"}


def spans(trace: Trace, lanes: Lanes) -> list[list[Any]]:
    """Return [lane, from µs, to µs or null, what] for each; null where it never ended."""
    found: list[list[Any]] = []
    open_: dict[tuple[str, str], list[Any]] = {}
    for event in trace.of_kind(*_BEGINS, *_ENDS):
        for host in _hosts(event):
            if event.kind in _BEGINS and lanes.knows(host):
                what = _BEGINS[event.kind]
                one = open_[host, what] = [lanes.at(host), event.at_us, None, what]
                found.append(one)
            elif event.kind in _ENDS and (one := open_.pop((host, _ENDS[event.kind]), [])):
                one[2] = event.at_us
    return found


def _hosts(event: TraceEvent) -> list[str]:
    """Return whom an event is about: its own host, or all that a partition names."""
    named = event.get("hosts")
    return [event.host] if named is None else [str(host) for host in named]
