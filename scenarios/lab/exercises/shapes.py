"""What a sensible result of the functions to be written looks like."""

from collections.abc import Callable, Sequence
from typing import Any

from services.common.events import Event


def change_of(state: type) -> Callable[[Any], bool]:
    """Return what tells whether a result is a state with the events that announce it."""

    def sensible(result: Any) -> bool:
        return (
            isinstance(result, tuple)
            and len(result) == 2
            and isinstance(result[0], state)
            and isinstance(result[1], Sequence)
            and all(isinstance(event, Event) for event in result[1])
        )

    return sensible


def nothing(result: Any) -> bool:
    """Tell whether there is no result."""
    return result is None


def truth(result: Any) -> bool:
    """Tell whether the result is True or False."""
    return isinstance(result, bool)
