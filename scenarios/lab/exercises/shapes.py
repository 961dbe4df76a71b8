"""What a sensible result of the functions to be written looks like."""

from collections.abc import Callable, Sequence
from inspect import isawaitable
from typing import Any, Final

from services.common.events import Event
from services.common.versioning import Decision

TOLD: Final = (
    "What is no change is no new version: an order that has this status already is returned as it "
    "is, with no event. And where something has changed, the event has to say what became of the "
    "order, with the fields of the order as it is afterwards: whoever hears of it has nothing else."
)
ANNOUNCED: Final = (
    "Each version is announced by an event of its own, which is named after it: a broker that "
    "hears a name again within two minutes takes the event for a copy, and drops it."
)
STUCK: Final = (
    "What was told or stored is not what the others wait for: compare the order, its version and "
    "the event that you return with each other, and think of being asked again after the change."
)


def change_of(state: type) -> Callable[[Any], bool]:
    """Return what tells whether a result is a state with the events that announce it."""

    def sensible(result: Any) -> bool:
        return (
            isinstance(result, tuple | list)
            and len(result) == 2
            and isinstance(result[0], state)
            and isinstance(result[1], Sequence)
            and all(isinstance(event, Event) for event in result[1])
        )

    return sensible


def nothing(result: Any) -> bool:
    """Tell whether nothing is left to be done with a result; nobody looks at it."""
    return not isawaitable(result)


def none(result: Any) -> bool:
    """Tell whether it is None: who returns a verdict has said it to nobody."""
    return result is None


def truth(result: Any) -> bool:
    """Tell whether the result is True or False."""
    return isinstance(result, bool)


def decision(result: Any) -> bool:
    """Tell whether the result is one of the three decisions."""
    return isinstance(result, Decision)
