"""Which steps of a run might have come in another order, with another outcome.

A step happens before another if it began the other's leg, came earlier on the same ordered
connection or before time passed, or if both touch the same thing; and so on through a third.
Source of the procedure: Flanagan and Godefroid, Dynamic Partial-Order Reduction for Model Checking
Software, POPL 2005, with the source sets of Abdulla, Aronis, Jonsson and Sagonas, Optimal Dynamic
Partial Order Reduction, POPL 2014.
"""

from collections.abc import Callable, Iterator, Sequence

from boxoffice.search.strategies.partial.steps import Step
from boxoffice.search.strategies.partial.touches import conflict

Depends = Callable[[Step, Step], bool]


def by_touches(one: Step, other: Step) -> bool:
    """Tell whether two steps touch the same thing."""
    return conflict(one.touches, other.touches)


def always(one: Step, other: Step) -> bool:
    """Take any two steps to depend on each other, so that all sequences are played."""
    return True


def races(steps: Sequence[Step], depends: Depends) -> Iterator[tuple[int, list[int]]]:
    """Yield each step that a later one might have overtaken, and the legs with which that begins.

    One of these legs has to arrive in its place in some run.
    """
    before, phases = list[int](), list[int]()  # sets of earlier steps, as bits
    for nth, step in enumerate(steps):
        phases.append(phases[-1] if nth and step.phase == steps[nth - 1].phase else (1 << nth) - 1)
        known = phases[nth]
        for cause in (step.parent, step.before):
            if cause is not None:
                known |= before[cause] | 1 << cause
        raced = list[int]()
        for earlier in range(nth - 1, -1, -1):
            if known >> earlier & 1:
                continue
            if depends(steps[earlier], step):
                raced.append(earlier)
                known |= before[earlier] | 1 << earlier
        before.append(known)
        for earlier in raced:
            yield earlier, _first(steps, before, earlier, nth)


def _first(steps: Sequence[Step], before: Sequence[int], earlier: int, later: int) -> list[int]:
    """The legs of those steps that can come first, where `later` comes before `earlier`."""
    kept = [it for it in range(earlier + 1, later) if not before[it] >> earlier & 1]
    sequence = 0
    found = list[int]()
    for it in (*kept, later):
        if not before[it] & sequence:
            found.append(steps[it].leg)
        sequence |= 1 << it
    return found
