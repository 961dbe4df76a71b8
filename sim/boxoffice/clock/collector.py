"""How often the garbage collector looks: less often while a world runs.

A world makes many objects at once that live as long as it does, and each look goes through them:
of the cost of a small world it was a quarter.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_YOUNG: Final = 5_000  # new objects from one look to the next; Python's own is 700, or 2,000
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
