"""Where each moment of a run lies on the page, time running downwards.

Neither an even nor a true scale can be read: a handler takes a millisecond, an order fifteen
minutes.  So a step grows with the logarithm of the time it stands for, and silence is folded.
"""

from bisect import bisect_right
from collections.abc import Iterable
from itertools import pairwise
from math import log10
from typing import Final

from sim.views.moments import LONG_US, moment, nothing

TOP: Final = 34.0  # pixels, as all heights here
FOLD: Final = 56.0
STEP: Final = 9.0


class Scale:
    """Maps virtual time in microseconds to a height in pixels from the top."""

    def __init__(self, moments_us: Iterable[int]) -> None:
        self.moments_us = sorted(set(moments_us)) or [0]
        self._heights = [TOP]
        for before, after in pairwise(self.moments_us):
            self._heights.append(self._heights[-1] + _step(after - before))

    @property
    def height(self) -> float:
        """The height of the whole page."""
        return self._heights[-1] + TOP

    def y(self, at_us: float) -> float:
        """Return the height of a moment; between two known ones by even parts."""
        at = bisect_right(self.moments_us, at_us) - 1
        if at < 0:
            return self._heights[0]
        if at + 1 >= len(self.moments_us):
            return self._heights[-1]
        before, after = self.moments_us[at : at + 2]
        share = (at_us - before) / (after - before)
        return round(self._heights[at] + share * (self._heights[at + 1] - self._heights[at]), 1)

    def folds(self) -> list[dict[str, object]]:
        """Return the folded silences: middle height and text."""
        return [
            {"y": round((self.y(before) + self.y(after)) / 2, 1), "text": nothing(after - before)}
            for before, after in pairwise(self.moments_us)
            if after - before >= LONG_US
        ]

    def ticks(self, apart: float = 22.0) -> list[dict[str, object]]:
        """Return the moments to write at the edge, at least `apart` pixels from each other."""
        ticks: list[dict[str, object]] = []
        latest = -apart
        for at_us, y in zip(self.moments_us, self._heights, strict=True):
            if y - latest >= apart:
                ticks.append({"y": round(y, 1), "text": moment(at_us)})
                latest = y
        return ticks


def _step(passed_us: int) -> float:
    if passed_us >= LONG_US:
        return FOLD
    return STEP + 5.0 * log10(1.0 + passed_us / 500.0)
