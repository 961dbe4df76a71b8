"""Right answers in whatever style a learner may write them; none is like the reference solution."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from pytest import param

STYLES: list[Any] = []


def right(exercise: str) -> Callable[[Any], Any]:
    """Enter a function, which is a right answer to that exercise."""

    def enter(function: Any) -> Any:
        name = getattr(function, "__name__", type(function).__name__)
        STYLES.append(param(exercise, function, id=f"{exercise} {name}"))
        return function

    return enter


def logged(function: Any) -> Any:
    @wraps(function)
    def inner(*args: Any, **named: Any) -> Any:
        return function(*args, **named)

    return inner


def logged_while_waiting(function: Any) -> Any:
    @wraps(function)
    async def inner(*args: Any, **named: Any) -> Any:
        return await function(*args, **named)

    return inner
