"""A run as one static picture: a lane for each host, time downwards."""

from collections.abc import Iterator, Mapping, Sequence
from math import hypot
from typing import Any, Final

from boxoffice import Outcome
from boxoffice.views import format_times, run_of
from scenarios.lab.picture.layout import Label, Layout
from scenarios.lab.picture.selection import Event, Selection, select
from scenarios.lab.picture.styles import ALIKE, LEGEND, OUTER, SIGNS, shape_of, style_of
from scenarios.lab.picture.svg_elements import number, path, sheet, text, wide

CROSSES: Final = frozenset(("crash", "lost", "unknown"))
APART: Final = 22.0  # pixels from one time at the edge to the next
FOOT: Final = 22
LOST: Final = 0.4  # of the way; further on are the labels of those who ask


def svg(outcome: Outcome) -> str:
    """Return a picture of a run as SVG: the same bytes for the same run."""
    run = run_of(outcome)
    shown = select(run)
    layout = Layout(run, shown)
    parts, height = drawn(run, shown, layout, title := title_of(run))
    return sheet(parts, layout.width, height, f"{title}: {run['verdict']}")


def title_of(run: Mapping[str, Any]) -> str:
    """Return which run it is."""
    about = [run["scenario"], run["defence"], f"seed {run['seed']}", run["asked"]]
    return ", ".join(filter(None, about))


def drawn(
    run: Mapping[str, Any], shown: Selection, layout: Layout, title: str
) -> tuple[list[str], float]:
    """Return the parts of a picture, and how high it is."""
    keys = list(_legend(shown, layout))
    rows = 1 + max((row for row, _, _ in keys), default=0)
    parts = [
        *_ground(run, layout),
        *_ways(layout),
        *(mark for one in shown.events for mark in _mark(one, layout)),
        *(_said(one) for one in layout.labels),
        *_bands(layout),
        *_head(run, shown, title, layout),
        *_foot(keys, layout),
    ]
    return parts, layout.bottom + FOOT * (rows + 1)


# --- what lies behind -----------------------------------------------------------------------------


def _head(run: Mapping[str, Any], shown: Selection, title: str, layout: Layout) -> Iterator[str]:
    good = "bad" if run["verdict"] == "violated" else "good"
    verdict = f"{run['sign']} {run['verdict']}"
    yield text(title, 10, 19, size=13, bold=True, first=verdict, first_fill=good)
    yield text(shown.note, layout.width - 10, 19, "faint", "end")
    for lane, (name, kind) in zip(layout.lanes, layout.names, strict=True):
        fill = "faint" if kind == "server" else "ink"
        yield text(name, layout.x(lane), 46, fill, "middle", size=12, bold=True)


def _ground(run: Mapping[str, Any], layout: Layout) -> Iterator[str]:
    end = number(layout.bottom)
    lines = "".join(f"M{number(layout.x(lane))},54V{end}" for lane in layout.lanes)
    yield path(lines, stroke="line", width=1.5)
    for lane, begin, until, what in run["spans"]:
        if lane in layout.lanes and layout.reaches(begin, until):
            bottom = layout.bottom if until is None else layout.y(until)
            yield from _shade(layout, layout.x(lane) - 15, layout.y(begin), bottom, what)
    for y, _ in layout.bands:
        d = f"M4,{number(y - 12)}h{number(layout.width - 8)}v24H4Z"
        yield path(d, "card", "line", dash=(2, 4))
    latest = -APART
    times = format_times(layout.moments)
    for said, y in zip(times, layout.heights, strict=True):
        if y - latest >= APART:
            latest = y
            yield text(said, 8, y + 4, "faint")


def _bands(layout: Layout) -> Iterator[str]:
    for y, said in layout.bands:
        yield text(said, layout.width / 2, y + 4, "faint", "middle", halo=True)


def _shade(layout: Layout, x: float, top: float, bottom: float, what: str) -> Iterator[str]:
    bottom = max(bottom, top + 8)
    ground = f"M{number(x)},{number(top)}h30V{number(bottom)}h-30Z"
    yield path(ground, "#f9ebe6")
    heights = [top + at for at in range(8, int(bottom - top), 9)]
    hatch = [f"M{number(x)},{number(y)}l30,{number(max(-10.0, top - y))}" for y in heights]
    yield path("".join(hatch), stroke="bad", width=0.5)
    for y in heights[1:]:
        if layout.is_free((x + 34, y - 8, x + 34 + wide(what), y + 8)):
            yield text(what, x + 34, y + 4, "bad", size=10, halo=True)
            break


# --- ways -----------------------------------------------------------------------------------------


def _ways(layout: Layout) -> Iterator[str]:
    """Yield the ways of one style as one line, and their tips as another."""
    styles: dict[str, list[Sequence[Any]]] = {}
    for way in layout.arrows:
        styles.setdefault(str(way[5]), []).append(way)
    for style, ways in styles.items():
        colour, dash, width = style_of(style)
        drawn = [_way(way, layout) for way in ways]
        yield path("".join(line for line, _, _ in drawn), stroke=colour, width=width, dash=dash)
        if style == "lost":
            for _, _, (x, y) in drawn:
                yield text("✗", x, y + 5, "bad", "middle", 14, bold=True, halo=True)
        else:
            yield path("".join(tip for _, tip, _ in drawn), colour)


def _way(way: Sequence[Any], layout: Layout) -> tuple[str, str, tuple[float, float]]:
    n, source, from_us, target, to_us, style = way
    x1, y1 = layout.x(source), layout.end(n, source, from_us)
    x2, y2 = layout.x(target), layout.end(n, target, to_us)
    if x1 == x2:
        end = number(x2 + 8), number(y2)
        side = number(x1 + 26)
        line = f"M{number(x1)},{number(y1)}C{side},{number(y1)} {side},{end[1]} {','.join(end)}"
        return line, "", (x2, y2)
    if style == "lost":
        x2, y2 = x1 + (x2 - x1) * LOST, y1 + (y2 - y1) * LOST
    long = hypot(x2 - x1, y2 - y1)
    dx, dy = (x2 - x1) / long, (y2 - y1) / long
    back = 2 if style == "lost" else 8
    ex, ey = x2 - dx * back, y2 - dy * back
    corners = [(ex - 7 * dx - turn * dy, ey - 7 * dy + turn * dx) for turn in (3.5, -3.5)]
    tip = "M" + "L".join(f"{number(x)},{number(y)}" for x, y in [(ex, ey), *corners]) + "Z"
    return f"M{number(x1)},{number(y1)}L{number(ex)},{number(ey)}", tip, (x2, y2)


# --- marks and labels -----------------------------------------------------------------------------


def _mark(one: Event, layout: Layout) -> Iterator[str]:
    x, y = layout.x(one.lane), layout.marks[one.n]
    yield from _outlined(one.shape, x, y)
    if one.proof:
        yield path(OUTER, stroke="bad", width=2.4, at=(x, y))
        yield text("✗", x - 16, y + 5, "bad", "end", 14, bold=True, halo=True)


def _outlined(shape: str, x: float, y: float) -> Iterator[str]:
    outline, colour, filled = shape_of(shape)
    if shape in CROSSES:
        yield path(outline, stroke=colour, width=2.6, at=(x, y))
    elif filled:
        yield path(outline, colour, "paper", at=(x, y))
    else:
        yield path(outline, "paper", colour, 2, at=(x, y))
    if sign := SIGNS.get(shape):
        yield text(sign, x, y + 3.4, "paper" if filled else colour, "middle", 9, bold=True)


def _said(label: Label) -> str:
    anchor = "end" if label.leftwards else "start"
    return text(
        label.said, label.x, label.y + 4, anchor=anchor, halo=True, first=label.badge
    )  # fmt: skip


# --- how to read it -------------------------------------------------------------------------------


def _legend(shown: Selection, layout: Layout) -> Iterator[tuple[int, float, str]]:
    """Yield row, place and shape of each line of the legend: of what is in the picture."""
    used = {ALIKE.get(one.shape, one.shape) for one in shown.events}
    used |= {"lost" for way in layout.arrows if way[5] == "lost"}
    shapes = [shape for shape in LEGEND if shape in used]
    shapes += ["proof"] if any(one.proof for one in shown.events) else []
    row, x = 0, 20.0
    for shape in shapes:
        width = 36 + wide(_words(shape))
        if x + width > layout.width and x > 20:
            row, x = row + 1, 20.0
        yield row, x, shape
        x += width


def _words(shape: str) -> str:
    return LEGEND.get(shape, "proves the violation")


def _foot(keys: Sequence[tuple[int, float, str]], layout: Layout) -> Iterator[str]:
    for row, x, shape in keys:
        y = layout.bottom + FOOT * (row + 1)
        if shape == "proof":
            yield path(OUTER, stroke="bad", width=2.4, at=(x, y))
            yield text("✗", x, y + 5, "bad", "middle", 14, bold=True)
        else:
            yield from _outlined(shape, x, y)
        yield text(_words(shape), x + 17, y + 4, "faint")
