"""A space-time diagram as plain data: lanes side by side, time downwards."""

from collections.abc import Iterable
from typing import Any

from sim.outcome import Outcome
from sim.trace import Trace, TraceEvent
from sim.views.explorer.lanes import Lanes
from sim.views.names import Names
from sim.views.scale import Scale
from sim.views.selection import select
from sim.views.sketch import Arrow, Mark, arrows, marks


def diagram(outcome: Outcome, names: Names) -> dict[str, Any]:
    """Return lanes, marks, arrows, shades, folds and ticks.

    `y` is in pixels from the top, `lane` counts from the left, `n` is an event's number.
    """
    trace = outcome.trace
    proofs = {number for found in outcome.violations for number in found.events}
    selection = select(trace, proofs)
    drawn = [event for event in selection.events if not _is_first_start(trace, event)]
    some, ways = marks(drawn, names), list(arrows(trace, drawn))
    lanes = Lanes(trace, some, ways, proofs)
    scale = Scale(mark.at_us for mark in some)
    return {
        "lanes": [name for name, _ in lanes.described],
        "height": round(scale.height, 1),
        "marks": [_mark(mark, lanes, scale, proofs) for mark in some],
        "arrows": [_arrow(way, lanes, scale) for way in ways if lanes.has(way)],
        "shades": _shades(drawn, lanes, scale),
        "folds": scale.folds(),
        "ticks": scale.ticks(),
        "note": selection.note,
    }


def _is_first_start(trace: Trace, event: TraceEvent) -> bool:
    if event.kind != "start":
        return False
    return not any(
        before.kind == "crash" and before.host == event.host
        for before in trace.events[: event.number]
    )


def _mark(mark: Mark, lanes: Lanes, scale: Scale, proofs: Iterable[int]) -> dict[str, Any]:
    return {
        "n": mark.number,
        "lane": lanes.at(mark.host),
        "y": scale.y(mark.at_us),
        "shape": mark.shape,
        "label": mark.label,
        "badge": mark.badge,
        "proof": mark.number in proofs,
    }


def _arrow(way: Arrow, lanes: Lanes, scale: Scale) -> dict[str, Any]:
    return {
        "n": way.number,
        "from": [lanes.at(way.source), scale.y(way.from_us)],
        "to": [lanes.towards(way), scale.y(way.to_us)],
        "style": way.style,
    }


def _shades(drawn: list[TraceEvent], lanes: Lanes, scale: Scale) -> list[dict[str, Any]]:
    """Return when which host was down; to the end of the page if it never came back."""
    shades: list[dict[str, Any]] = []
    down: dict[str, dict[str, Any]] = {}
    for event in drawn:
        if event.kind == "crash":
            shade = {"lane": lanes.at(event.host), "from": scale.y(event.at_us)}
            down[event.host] = shade | {"to": round(scale.height, 1)}
            shades.append(down[event.host])
        elif event.kind == "start" and event.host in down:
            down.pop(event.host)["to"] = scale.y(event.at_us)
    return shades
