"""Wrong answers of every kind that nobody has a name for: each has to fall, and be told why."""

from collections.abc import Callable
from typing import Any

from pytest import param

SLIPS: list[Any] = []


def wrong(exercise: str, *functions: Any, because: str = "") -> Callable[[Any], Any]:
    """Enter functions, each of which is a wrong answer to that exercise."""

    def enter(function: Any) -> Any:
        name = because or getattr(function, "__name__", type(function).__name__)
        count = sum(it.values[0] == exercise for it in SLIPS)
        SLIPS.append(param(exercise, function, id=f"{exercise} {count + 1} {name}"))
        return function

    for each in functions:
        enter(each)
    return enter
