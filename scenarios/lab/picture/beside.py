"""Two runs as one static picture, side by side: they part at one height."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from boxoffice import Outcome
from boxoffice.views import run_of
from scenarios.lab.picture.layout import Layout
from scenarios.lab.picture.rendering import drawn, title_of
from scenarios.lab.picture.selection import Event, Selection, events_of, select
from scenarios.lab.picture.svg_elements import group, path, sheet, text

WIDE: Final = 540.0  # of one of the two
BETWEEN: Final = 16.0
MOST: Final = 36  # events of one
ABOVE: Final = 10.0  # the event at which they part
HERE: Final = "the runs part here"
ROOM: Final = 118  # pixels that this takes


def beside(one: Outcome, other: Outcome) -> str:
    """Return a picture of two runs as SVG: the same bytes for the same runs."""
    runs = [run_of(one), run_of(other)]
    at = parting(*runs)
    shown = [_shown(run, at) for run in runs]
    layouts = [Layout(run, cut, WIDE) for run, cut in zip(runs, shown, strict=True)]
    heights = [_height(run, it, at) for run, it in zip(runs, layouts, strict=True)]
    lowest = max(heights)
    x, high, parts = 0.0, 0.0, list[str]()
    for run, cut, height in zip(runs, shown, heights, strict=True):
        layout = Layout(run, cut, WIDE, lowest - height)
        own, tall = drawn(run, cut, layout, ", ".join(filter(None, (run["defence"], run["asked"]))))
        if at is not None:
            own += _line(_height(run, layout, at) - ABOVE, layout)
        parts.append(group(own, x, 0))
        x, high = x + layout.width + BETWEEN, max(high, tall)
    titles = " beside ".join(map(title_of, runs))
    return sheet(parts, x - BETWEEN, high, titles)


def parting(one: Mapping[str, Any], other: Mapping[str, Any]) -> int | None:
    """Return the number of the first event that is not the same in both; None if there is none."""
    left, right = (list(_told(run)) for run in (one, other))
    for n, (here, there) in enumerate(zip(left, right, strict=False)):
        if here != there:
            return n
    return None if len(left) == len(right) else min(len(left), len(right))


def _told(run: Mapping[str, Any]) -> Iterator[Sequence[Any]]:
    changed: dict[int, list[Any]] = {}
    for n, *change in run["changes"]:
        changed.setdefault(n, []).append(change)
    for it in events_of(run):
        lane = run["lanes"][it.lane]
        yield it.us, lane, it.shape, it.says, it.badge, it.fields, changed.get(it.n)


def _shown(run: Mapping[str, Any], at: int | None) -> Selection:
    count = len(run["events"]["us"])
    return select(run, MOST, [] if at is None else [min(at, count - 1)])


def _height(run: Mapping[str, Any], layout: Layout, at: int | None) -> float:
    if at is None:
        return 0.0
    events: list[Event] = events_of(run)
    event = events[min(at, len(events) - 1)]
    return layout.marks.get(event.n, layout.y(event.us))


def _line(y: float, layout: Layout) -> Iterator[str]:
    yield path(f"M4,{y:.1f}H{layout.width - 4:.1f}", stroke="gap", width=1.4, dash=(6, 3))
    places = [(x, y + dy) for dy in (-4, 13) for x in range(round(layout.width) - 6, ROOM, -20)]
    free = ((x, at) for x, at in places if layout.is_free((x - ROOM, at - 9, x, at + 3)))
    x, at = next(free, places[0])
    yield text(HERE, x, at, "gap", "end", bold=True, halo=True)
