"""What a fault can be told by a number: seconds, and how many."""

from math import isfinite
from typing import Any


def seconds(**given: Any) -> None:
    """Let numbers of seconds pass, 0 among them.  Raises: ValueError, for any other."""
    for name, value in given.items():
        if not _is_number(value) or not isfinite(value) or value < 0.0:
            raise ValueError(f"{name} is a number of seconds from 0 on, not {value!r}")


def lasting(**given: Any) -> None:
    """Let numbers of seconds pass, and `float("inf")`: until all is healed.  Raises: ValueError."""
    for name, value in given.items():
        if not _is_number(value) or not value >= 0.0:
            raise ValueError(f"{name} is a number of seconds from 0 on, not {value!r}")


def how_many(**given: Any) -> None:
    """Let whole numbers from 0 on pass, where a sweep begins.  Raises: ValueError."""
    for name, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int) or value < 0:
            raise ValueError(f"{name} is a whole number from 0 on, not {value!r}")


def names(**given: Any) -> None:
    """Let names pass, also of nothing.  Raises: ValueError."""
    for name, value in given.items():
        if not isinstance(value, str):
            raise ValueError(f"{name} is a name, not {value!r}")


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
