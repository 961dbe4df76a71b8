"""How often the garbage collector looks: less often while a world runs, and before the next begins.

A world makes many objects at once that live as long as it does, and each look goes through them.
When it is over, they are let go of at best while they are young and at hand: left to Python, they
are looked through as they live, and again with those of other worlds that are over.  Of the cost
of a small world the one was a quarter, and the other a tenth.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

# New objects from one look to the next: more than a small world makes.  Python's own is 700, or
# 2,000.
_YOUNG: Final = 50_000
_before: list[tuple[int, int, int]] = []  # one for each world that runs: they may end in any order


@contextmanager
def collecting_less_often() -> Iterator[None]:
    """Let more objects be made between two looks, unless somebody has said more, or none."""
    young, *older = before = gc.get_threshold()
    _before.append(_before[0] if _before else before)
    if 0 < young < _YOUNG:
        gc.set_threshold(_YOUNG, *older)
    try:
        yield
    finally:
        before = _before.pop()
        if not _before and gc.get_threshold() == (_YOUNG, *before[1:]):
            gc.set_threshold(*before)


def collect_what_is_over() -> None:
    """Let go of what was made last and is of no more use, unless somebody wants nothing collected.

    A world that is over is to be let go of before the next is made, or both are looked through.
    What has outlived looks is looked through as often as Python would have: it does so only where
    it begins a look itself, and between small worlds it never does.
    """
    thresholds = gc.get_threshold()
    if gc.isenabled() and thresholds[0]:
        counts = gc.get_count()
        due = [it for it in (1, 2) if counts[it] > thresholds[it] > 0]
        gc.collect(max(due, default=0))
