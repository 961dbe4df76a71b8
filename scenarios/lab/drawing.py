"""A run drawn for a notebook.

The picture is static, so that a committed notebook can be read where nothing runs.  Where the
explorer's widget is installed and a kernel is alive, the notebook shows that in its place.
"""

from html import escape
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

from sim.outcome import Outcome
from sim.views.diagram import diagram
from sim.views.names import Names

WIDGET: Final = "sim.views.explorer.widget"
LANE: Final = 118  # pixels from one lane to the next
LEFT: Final = 120
TOP: Final = 30
# Told apart by sign and colour: nothing is said by colour alone.
SIGNS: Final = {"apply": "✓", "duplicate": "=", "gap": "…", "crash": "☠", "unknown": "?"}
COLOURS: Final = {"apply": "#1b7837", "duplicate": "#8c6d00", "gap": "#762a83", "crash": "#b2182b"}
INK: Final = "#444"
PROOF: Final = "#c2185b"


class Drawing:
    """A run as a picture, and as the explorer where there is one."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome

    def _repr_mimebundle_(self, **_: Any) -> dict[str, Any]:
        bundle: dict[str, Any] = {"text/plain": repr(self), "image/svg+xml": svg(self.outcome)}
        if find_spec("anywidget") and find_spec(WIDGET):
            widget = import_module(WIDGET).explore(self.outcome)
            bundle |= _as_bundle(widget)
        return bundle

    def __repr__(self) -> str:
        broken = [it.invariant for it in self.outcome.violations]
        said = f"{self.outcome.scenario}, seed {self.outcome.seed}: {self.outcome.verdict}"
        return f"{said}: {', '.join(dict.fromkeys(broken))}" if broken else said


def drawn(outcome: Outcome) -> Drawing:
    """Return what a notebook shows of a run."""
    return Drawing(outcome)


def _as_bundle(widget: Any) -> dict[str, Any]:
    found = widget._repr_mimebundle_()
    bundle: dict[str, Any] = found[0] if isinstance(found, tuple) else found or {}
    return {kind: value for kind, value in bundle.items() if kind != "text/plain"}


def svg(outcome: Outcome) -> str:
    """Return a space-time diagram: a lane for each host, time downwards."""
    plan = diagram(outcome, Names(outcome.trace))
    width = LEFT + LANE * len(plan["lanes"])
    height = round(TOP + plan["height"] + 20)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" font-family="sans-serif" font-size="11">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        *(_lane(at, name, height) for at, name in enumerate(plan["lanes"])),
        *(_shade(it) for it in plan["shades"]),
        *(_arrow(it) for it in plan["arrows"]),
        *(_mark(it) for it in plan["marks"]),
        *(_tick(it) for it in plan["ticks"]),
        "</svg>",
    ]
    return "\n".join(part for part in parts if part)


def _x(lane: float) -> int:
    return round(LEFT + LANE * lane)


def _y(y: float) -> float:
    return round(TOP + y, 1)


def _lane(at: int, name: str, height: int) -> str:
    line = f'<path d="M{_x(at)} {TOP - 8}V{height}" stroke="#ccc"/>'
    return f'{line}<text x="{_x(at)}" y="14" text-anchor="middle">{escape(name)}</text>'


def _shade(shade: dict[str, Any]) -> str:
    top, bottom = _y(shade["from"]), _y(shade["to"])
    return (
        f'<rect x="{_x(shade["lane"]) - 8}" y="{top}" width="16" height="{bottom - top:.1f}" '
        'fill="#b2182b" opacity="0.15"/>'
    )


def _arrow(way: dict[str, Any]) -> str:
    (lane, y), (to_lane, to_y) = way["from"], way["to"]
    dash = {"lost": ' stroke-dasharray="2 3"', "duplicate": ' stroke-dasharray="6 3"'}
    ends = f"M{_x(lane)} {_y(y)}L{_x(to_lane)} {_y(to_y)}"
    style = dash.get(str(way["style"]), "")
    return f'<path d="{ends}" stroke="#7aa" fill="none"{style}/>'


def _mark(mark: dict[str, Any]) -> str:
    x, y, shape = _x(mark["lane"]), _y(mark["y"]), str(mark["shape"])
    colour = PROOF if mark["proof"] else COLOURS.get(shape, INK)
    said = " ".join(
        str(it)
        for it in (SIGNS.get(shape, ""), mark["label"], mark["badge"])
        if it not in ("", None)
    )
    radius = 6 if mark["proof"] else 3
    dot = f'<circle cx="{x}" cy="{y}" r="{radius}" fill="{colour}"/>'
    if not said:
        return dot
    return f'{dot}<text x="{x + 8}" y="{y + 4}" fill="{colour}">{escape(said)}</text>'


def _tick(tick: Any) -> str:
    y, text = (tick["y"], tick.get("text", "")) if isinstance(tick, dict) else (tick[0], tick[1])
    return f'<text x="4" y="{_y(y) + 4}" fill="#888">{escape(str(text))}</text>'
