"""Waiting for something to be so."""

from collections.abc import Callable
from threading import Event
from typing import Final

from boxoffice.clock.stopwatch import Stopwatch

LOOK_S: Final = 0.25


class NotSo(Exception):
    """It did not come about in time; the message says what."""


def until(is_so: Callable[[], bool], what: str, within_s: float = 120) -> float:
    """Return after how many seconds it was so.  Raises: NotSo."""
    watch = Stopwatch()
    while not is_so():
        if watch.elapsed_s() > within_s:
            raise NotSo(f"{what}: not within {within_s:.0f} s")
        Event().wait(LOOK_S)
    return watch.elapsed_s()
