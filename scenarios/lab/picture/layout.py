"""Where everything of a static picture lies: lanes, heights, and labels that cover nothing.

Time runs downwards, and a step grows with the logarithm of the time that it stands for, as in the
explorer.  Where a label finds no room, everything from there on moves down.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from math import log10
from typing import Any, Final

from boxoffice.views import LONG_US, format_duration
from scenarios.lab.picture.selection import Event, Selection
from scenarios.lab.picture.svg_elements import LETTER, wide

LEFT: Final = 122
RIGHT: Final = 56
LEAST_LANE: Final = 74
MOST_LANE: Final = 126
LEAST: Final = 480
WIDTH: Final = 870  # of a page of a code host
TOP: Final = 74
STEP: Final = 9.0
FOLD: Final = 40.0
PUSH: Final = 6.0
PUSHES: Final = 12  # then what has no room even on its own is left out
ROW: Final = 17.0  # between two marks of one moment on one lane
LANES: Final = 3.2  # that a label may lie across
EDGE: Final = 84  # left of it are the times
HALF: Final = 7.0  # of the height of a line of text
LEFTWARDS: Final = frozenset(
    ("answer", "refusal", "unknown", "money", "lost")
)  # no way leaves there

Box = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Label:
    """What is written beside a mark, and where it begins, or ends if `leftwards`."""

    badge: str
    said: str
    x: float
    y: float
    leftwards: bool

    @property
    def box(self) -> Box:
        """The room that it takes."""
        width = wide(f"{self.badge} {self.said}".strip())
        left = self.x - width if self.leftwards else self.x
        return left, self.y - HALF, left + width, self.y + HALF


class Layout:
    """Where the lanes, the moments and the labels of a cut lie, in pixels.

    It is about as `wide_` as is said, and all lies `lower` than it would.
    """

    def __init__(
        self, run: Mapping[str, Any], shown: Selection, wide_: float = WIDTH, lower: float = 0
    ) -> None:
        self._top = TOP + lower
        self._events = {one.n: one for one in shown.events}
        self.arrows = _arrows(run, shown)
        used = {one.lane for one in shown.events}
        used |= {int(at) for way in self.arrows if way[5] != "lost" for at in (way[1], way[3])}
        self.lanes = sorted(used)
        self.names = [run["lanes"][lane] for lane in self.lanes]
        gaps = max(len(self.lanes) - 1, 1)
        self.step = max(LEAST_LANE, min(MOST_LANE, (wide_ - LEFT - RIGHT) / gaps))
        self.width = max(LEFT + RIGHT + self.step * gaps, LEAST)
        self.bands: list[tuple[float, str]] = []
        self.labels: list[Label] = []
        self.moments: list[int] = []
        self.heights: list[float] = []
        self.marks: dict[int, float] = {}  # event → its height; two of one moment may share a lane
        self._taken: list[Box] = []
        self.bottom = self._lay(shown)

    def x(self, lane: float) -> float:
        """Return where a lane lies; what was lost on its way to an unseen one ends nearby."""
        at = bisect_right(self.lanes, lane) - 1
        if at >= 0 and self.lanes[at] == int(lane):
            return LEFT + (at + lane - int(lane)) * self.step
        return LEFT + (at + 0.5) * self.step

    def y(self, us: float) -> float:
        """Return where a moment lies; one between two known ones by even parts."""
        at = bisect_right(self.moments, us) - 1
        if at < 0:
            return self._top
        if at + 1 >= len(self.moments):
            return self.heights[-1] + (STEP if us > self.moments[-1] else 0)
        before, after = self.moments[at : at + 2]
        share = (us - before) / (after - before)
        return self.heights[at] + share * (self.heights[at + 1] - self.heights[at])

    def reaches(self, begin_us: int, until_us: int | None) -> bool:
        """Tell whether something that lasted can be seen; `until_us` is None if it never ended."""
        begun = begin_us <= self.moments[-1]
        return begun and (until_us is None or until_us >= self.moments[0])

    def end(self, n: int, lane: float, us: float) -> float:
        """Return the height of one end of a way: that of its event's mark, if it is there."""
        one = self._events[n]
        return self.marks[n] if (one.lane, one.us) == (lane, us) else self.y(us)

    def is_free(self, box: Box) -> bool:
        """Tell whether no mark and no label is there."""
        return not any(_cover(box, taken) for taken in self._taken)

    # --- from top to bottom -------------------------------------------------------------------

    def _lay(self, shown: Selection) -> float:
        y, latest, first = float(self._top), 0, 0
        for us, row in groupby(shown.events, key=lambda one: one.us):
            alike = list(row)
            missing = sum(shown.missing[first : first + len(alike)])
            passed = us - latest if self.moments else 0
            y += self._step(passed) if self.moments else 0.0
            y = self._band(y, passed, missing, "earlier " if not self.moments else "")
            y = self._row(alike, y)
            self.moments.append(us)
            self.heights.append(y)
            y = max(self.marks[one.n] for one in alike)
            latest, first = us, first + len(alike)
        return self._band(y + 2 * STEP, 0, shown.missing[-1], "later ")

    def _step(self, passed_us: int) -> float:
        return STEP if passed_us >= LONG_US else STEP + 5.0 * log10(1.0 + passed_us / 500.0)

    def _band(self, y: float, passed_us: int, missing: int, when: str) -> float:
        """Leave room for what is not drawn, and say what it is; return where it goes on."""
        if missing:
            said = f"{missing} {when}event{'' if missing == 1 else 's'} not drawn"
        elif passed_us >= LONG_US:
            said = f"{format_duration(passed_us)} of silence"
        else:
            return y
        lowest = max((box[3] for box in self._taken[-8:]), default=self._top - 20)
        y = max(y + FOLD / 2 - STEP, lowest + 16)
        self.bands.append((y, said))
        self._taken.append((0, y - 13, self.width, y + 13))
        return y + FOLD / 2 + STEP

    def _row(self, alike: Sequence[Event], y: float) -> float:
        """Place what happened in one moment where it has room; return the height of it."""
        lanes = [one.lane for one in alike]
        # Two marks on one lane would hide each other.
        below = [lanes[:at].count(lane) for at, lane in enumerate(lanes)]
        tried, labels = 0, None
        while labels is None:
            marks = [self._mark(one, y + ROW * n) for one, n in zip(alike, below, strict=True)]
            labels = self._labels(alike, marks, tried > PUSHES)
            tried += 1
            y += 0.0 if labels is not None else PUSH
        written = [it for it in labels if it.badge or it.said]
        self.labels += written
        self._taken += [*marks, *(it.box for it in written)]
        self.marks |= {one.n: (box[1] + box[3]) / 2 for one, box in zip(alike, marks, strict=True)}
        return y

    def _labels(
        self, alike: Sequence[Event], marks: Sequence[Box], leave_out: bool
    ) -> list[Label] | None:
        """Return the labels of one moment; None where there is no room for a mark or a label."""
        if any(_cover(mark, box) for mark in marks for box in self._taken):
            return None
        labels: list[Label] = []
        for one, mark in zip(alike, marks, strict=True):
            beside = [*(it for it in marks if it != mark), *(it.box for it in labels)]
            label = self._label(one, (mark[1] + mark[3]) / 2, [*beside, *self._taken])
            if label is None and not leave_out:
                return None
            labels.append(label or Label("", "", mark[2], mark[3], False))
        return labels

    def _mark(self, one: Event, y: float) -> Box:
        x, r = self.x(one.lane), 12 if one.proof else 6
        return x - r - (16 if one.proof else 0), y - r, x + r, y + r

    def _label(self, one: Event, y: float, others: Sequence[Box]) -> Label | None:
        """Return a label where it covers nothing, or None."""
        for label in self._ways(one, y):
            left, _, right, _ = label.box
            if not (label.badge or label.said):
                return label
            clear = not any(_cover(label.box, box) for box in others)
            if clear and left > EDGE and right < self.width - 2:
                return label
        return None

    def _ways(self, one: Event, y: float) -> Iterator[Label]:
        badge = "" if one.shape == "commit" and not one.proof else one.badge
        leftwards = one.shape in LEFTWARDS
        rise = {"publish": -9.0, "ask": -6.0, "money": -6.0}.get(one.shape, 0.0)
        away = 16 if one.proof else 11
        for said in _texts(one, self.step):
            for dy in (rise, 0.0, -12.0, 12.0, -24.0, 24.0):
                for left in (leftwards, not leftwards):
                    x = self.x(one.lane) + (-away - (16 if one.proof else 0) if left else away)
                    yield Label(badge, said, x, y + dy, left)


def _texts(one: Event, step: float) -> Iterator[str]:
    """Yield what a label may say, the longest first.  A proof says all if there is room."""
    most = int(step * LANES / LETTER)
    if one.proof:
        yield one.label
    yield one.label if len(one.label) <= most else one.label[: most - 1] + "…"
    if len(one.label) > 12 and not one.proof:
        yield one.label[:11] + "…"


def _cover(one: Box, other: Box) -> bool:
    return (
        one[0] < other[2] and other[0] < one[2] and one[1] < other[3] - 1 and other[1] < one[3] - 1
    )


def _arrows(run: Mapping[str, Any], shown: Selection) -> list[Sequence[Any]]:
    """Return the ways that belong to what is drawn, if they begin within the picture."""
    first = min((one.us for one in shown.events), default=0)
    at_us = {one.n: one.us for one in shown.events}
    ways: list[Sequence[Any]] = []
    for n, source, from_us, target, to_us, style in run["arrows"]:
        if n in at_us and from_us >= first:
            # What was lost ends where that is known, and not where it would have arrived.
            latest = at_us[n] if style == "lost" else to_us
            ways.append((n, source, min(from_us, latest), target, min(to_us, latest), style))
    return ways
