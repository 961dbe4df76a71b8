"""What is asked or put off again and again, to the same end: drawn twice, and once more at its end.

What proves a violation, and what that goes back to, is always drawn.
"""

from collections.abc import Collection, Sequence
from itertools import chain
from typing import Final

from boxoffice.trace.trace import TraceEvent
from boxoffice.views.diagram import Mark

SHOWN: Final = 3  # times: twice where it begins, and where it ends


def repeated(
    events: Sequence[TraceEvent],
    drawn: Sequence[Mark],
    says: Sequence[str],
    proofs: Collection[int],
) -> set[int]:
    """Return the numbers of the events that say no more than others have said."""
    answers = {event["request"]: event.number for event in events if event.kind == "response"}
    alike: dict[tuple[object, ...], list[set[int]]] = {}
    for mark in drawn:
        answer = answers.get(mark.number)
        if mark.shape == "gap" or answer is not None:
            said = mark.host, mark.shape, says[mark.number], mark.badge
            end = None if answer is None else (drawn[answer].shape, says[answer])
            both = {mark.number} if answer is None else {mark.number, answer}
            alike.setdefault((*said, end), []).append(both)
    crowds = [each for each in alike.values() if len(each) > SHOWN + 1]
    found = set(chain.from_iterable(both for each in crowds for both in each[SHOWN - 1 : -1]))
    return found - _past(events, proofs)


def _past(events: Sequence[TraceEvent], proofs: Collection[int]) -> set[int]:
    past: set[int] = set()
    for number in proofs:
        at: int | None = number
        while at is not None and at not in past:
            past.add(at)
            event = events[at]
            at = event.get("request") if event.kind == "response" else event.cause
    return past
