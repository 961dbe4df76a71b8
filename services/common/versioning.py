"""Apply, duplicate or gap: all that an event's version says.

Every version of an aggregate is announced by exactly one event, and events may come twice, late or
in the wrong order.  Comparing one number is enough to tell which of these has happened.
"""

from enum import StrEnum
from typing import Final

NOTHING_APPLIED: Final = -1  # so that version 0, the creation, is the next one


class Decision(StrEnum):
    """What a consumer does with an event."""

    APPLY = "apply"
    DUPLICATE = "duplicate"
    GAP = "gap"


class OutOfOrder(Exception):
    """An earlier version of the same aggregate has not arrived yet; try again later."""


def decide(*, applied: int, announced: int) -> Decision:
    """Tell what to do with the event that announces version `announced`.

    >>> [str(decide(applied=3, announced=version)) for version in (4, 3, 5)]
    ['apply', 'duplicate', 'gap']
    """
    if announced <= applied:
        return Decision.DUPLICATE
    return Decision.APPLY if announced == applied + 1 else Decision.GAP


def is_next(aggregate: str, *, applied: int, announced: int) -> bool:
    """Tell whether to apply the event (True) or to pass over it (False).  Raises: OutOfOrder."""
    decision = decide(applied=applied, announced=announced)
    if decision is Decision.GAP:
        raise OutOfOrder(f"{aggregate}: version {announced} came after {applied}")
    return decision is Decision.APPLY
