"""Strikes of faults as what can be left out of a run, and counted: each alone, or a span of them.

Where a condition lasts, a slow server's say, no single slow call is an event of its own: all that
follow each other are one.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

Stroke = tuple[int, int, int]  # a fault, and the first and the last of its occasions in a row


def strokes(strikes: Mapping[int, Collection[int]], lasting: Collection[int]) -> list[Stroke]:
    """Return what the strikes of some faults are made of; some of the faults are `lasting`.

    >>> strokes({0: [1, 2, 3, 7], 1: [1, 2]}, lasting=[0])
    [(0, 1, 3), (0, 7, 7), (1, 1, 1), (1, 2, 2)]
    """
    found: list[Stroke] = []
    for fault in sorted(strikes):
        found += (
            (fault, *span)
            for span in (
                spans(strikes[fault])
                if fault in lasting
                else [(nth, nth) for nth in sorted(strikes[fault])]
            )
        )
    return found


def strikes_of(found: Iterable[Stroke]) -> dict[int, frozenset[int]]:
    """Return the occasions that strokes take, of each fault."""
    taken: dict[int, set[int]] = {}
    for fault, first, last in found:
        taken.setdefault(fault, set()).update(range(first, last + 1))
    return {fault: frozenset(nths) for fault, nths in taken.items()}


def spans(numbers: Collection[int]) -> Sequence[tuple[int, int]]:
    """Return numbers as spans, from the first to the last of each.

    >>> spans([5, 1, 2, 3])
    [(1, 3), (5, 5)]
    """
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and number == found[-1][1] + 1:
            found[-1] = found[-1][0], number
        else:
            found.append((number, number))
    return found
