"""One seed is one run: the same run once more, compared with the first, event by event."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import zip_longest
from os import fspath
from pathlib import Path
from typing import Any, Final

from boxoffice.misuse import Misuse
from boxoffice.trace.keeping import Keeping
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.trace import TraceEvent
from boxoffice.trace.verdict import Judgement, Kind, Verdict, Violation, overall
from boxoffice.world.leftovers import kept, left_behind
from boxoffice.world.system import System

ONE_RUN: Final = "one-seed-one-run"
_LONGEST: Final = 300  # characters of an event


def played_twice(
    system: System, play: Callable[[Keeping], Outcome], trace: Keeping = True
) -> Outcome:
    """Play a run twice; return the first, violated if the second was another.

    Raises: Misuse, without a trace to compare, and whatever the first run raises.
    """
    if trace is False:
        raise Misuse("two runs are compared by their traces: keep them")
    before = kept(system)
    first = play(trace)
    between = kept(system)
    events: Sequence[int]
    try:
        with _beside(trace) as other:
            second = play(other)
            said, events = _difference(first, second)
    except Exception as error:
        said = f"the second run is another:\n{type(error).__name__}: {error}"
        events = [len(first.trace.events)]
    if not said:
        return first
    left = list(left_behind(before, between))
    message = "\n".join([said, *(["what the first run has left behind:", *left] if left else [])])
    last = len(first.trace.events) - 1
    proof = [min(it, last) for it in events] if last >= 0 else []
    judgement = Judgement(
        ONE_RUN, Kind.ALWAYS, Verdict.VIOLATED, [Violation(ONE_RUN, message, proof)]
    )
    judgements = [*first.judgements, judgement]
    return replace(first, judgements=judgements, verdict=overall(judgements))


@contextmanager
def _beside(trace: Keeping) -> Iterator[Keeping]:
    """Keep the second trace where the first is, in a file for as long as they are compared."""
    if isinstance(trace, bool):
        yield trace
        return
    file = Path(f"{fspath(trace)}.second")
    try:
        yield file
    finally:
        file.unlink(missing_ok=True)


def _difference(first: Outcome, second: Outcome) -> tuple[str, Sequence[int]]:
    """Return how two runs differ, and the number of the event from which on; "" if they do not."""
    pairs = zip_longest(first.trace.events, second.trace.events)
    for number, (one, other) in enumerate(pairs):
        if _line(one) != _line(other):
            shown = f"first:  {_line(one)[:_LONGEST]}\nsecond: {_line(other)[:_LONGEST]}"
            return f"the second run is another from event {number} on:\n{shown}", [number]
    if _told(first) != _told(second):
        shown = f"first:  {_told(first)}\nsecond: {_told(second)}"
        return f"the second run is judged otherwise:\n{shown}", []
    return "", []


def _line(event: TraceEvent | None) -> str:
    return "it is over" if event is None else event.as_json()


def _told(outcome: Outcome) -> Any:
    found = [f"{it.invariant}: {it.message}" for it in outcome.violations]
    return "; ".join(found) or str(outcome.verdict)
