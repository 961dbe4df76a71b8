"""A chart for readers without a slider: each setting has a panel, all on one scale.

Written by hand, since vl-convert, which turns Altair's charts into pictures, brings a JavaScript
engine: 33 MB to fetch and 88 MB to keep, for three small pictures of bars.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scenarios.lab.picture.svg_elements import number, path, sheet, text, wide

WIDTH, LEFT, GAP = 870.0, 56.0, 26.0
TOP, HIGH, BELOW = 120.0, 130.0, 28.0
LINES = 4  # across a panel, from nothing to the highest bar


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: of which setting, with what written below it, how high, in which colour."""

    setting: float
    name: str
    height: float
    colour: str


@dataclass(frozen=True, slots=True)
class Measured:
    """Bars for each setting of a knob, and what is to be seen in them, in a few short lines.

    `across` and `upwards` name the axes; the bars of one setting stand as they come.
    """

    title: str
    knob: str
    across: str
    upwards: str
    bars: Sequence[Bar]
    says: Mapping[float, Sequence[str]]


def panels(chart: Measured) -> str:
    """Return a chart as SVG, a panel for each setting."""
    settings = sorted(chart.says)
    wide_ = (WIDTH - LEFT - 12 - GAP * (len(settings) - 1)) / len(settings)
    top = _round(max(bar.height for bar in chart.bars))
    parts = [text(chart.title, 10, 22, size=13, bold=True)]
    parts += [text(chart.upwards, 10, TOP - 10, "faint")]
    for at, setting in enumerate(settings):
        x = LEFT + at * (wide_ + GAP)
        parts.append(text(f"{chart.knob}: {setting:g}", x, 48, "apply", bold=True))
        parts += [text(said, x, 64 + 13 * at) for at, said in enumerate(chart.says[setting])]
        parts += _scale(x, wide_, top, at == 0)
        parts += _bars([bar for bar in chart.bars if bar.setting == setting], x, wide_, top)
    if chart.across:
        parts.append(text(chart.across, WIDTH / 2, TOP + HIGH + 36, "faint", "middle"))
    below = BELOW + (22 if chart.across else 0)
    return sheet(parts, WIDTH, TOP + HIGH + below, chart.title)


def _round(highest: float) -> float:
    """Return a number that is no less, and that a scale of four parts can be read with.

    >>> _round(13), _round(47)
    (16, 60)
    """
    for step in (1, 2, 3, 4, 5, 6, 8, 10, 15, 20, 25, 50, 100, 250, 500):
        if step * LINES >= highest:
            return step * LINES
    return highest


def _scale(x: float, width: float, top: float, named: bool) -> Iterator[str]:
    heights = [TOP + HIGH * (1 - at / LINES) for at in range(LINES + 1)]
    yield path("".join(f"M{number(x)},{number(y)}h{number(width)}" for y in heights), stroke="line")
    if named:
        for at, y in enumerate(heights):
            yield text(f"{top * at / LINES:g}", x - 6, y + 4, "faint", "end")


def _bars(bars: Sequence[Bar], x: float, width: float, top: float) -> Iterator[str]:
    step, latest = width / len(bars), x - 99
    bottom = TOP + HIGH
    for at, bar in enumerate(bars):
        middle, high = x + step * (at + 0.5), HIGH * bar.height / top
        half = step * 0.4
        if bar.height:
            corner = f"M{number(middle - half)},{number(bottom)}"
            box = f"{corner}v{number(-high)}h{number(2 * half)}v{number(high)}Z"
            yield path(box, bar.colour)
        if step > 30 and bar.height:
            yield text(f"{bar.height:.3g}", middle, bottom - high - 4, anchor="middle", size=10)
        if middle - wide(bar.name, 10) / 2 > latest + 8:
            yield text(bar.name, middle, bottom + 15, "faint", "middle", size=10)
            latest = middle + wide(bar.name, 10) / 2
