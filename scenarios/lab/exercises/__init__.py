"""The exercises, two for each notebook."""

from difflib import get_close_matches
from typing import Final

from scenarios.lab.exercise import Task
from scenarios.lab.exercises import (
    clock,
    hunted,
    order,
    own,
    paid,
    saved,
    seat,
    sold,
    twice,
    versions,
    woken,
)

EXERCISES: Final[dict[str, Task]] = {
    exercise.name: exercise
    for room in (sold, clock, twice, order, versions, seat, saved, woken, paid, hunted, own)
    for exercise in room.EXERCISES
}


def exercise_named(name: str) -> Task:
    """Return an exercise.  Raises: LookupError, which says what comes close."""
    if name in EXERCISES:
        return EXERCISES[name]
    close = get_close_matches(name, EXERCISES, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(EXERCISES)}"
    raise LookupError(f"there is no exercise {name!r}; {hint}")
