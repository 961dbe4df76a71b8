"""A part of a long run, as a run of its own: what can be drawn."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from boxoffice.trace.event import TraceEvent
from boxoffice.trace.events import Events
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.trace import Trace
from boxoffice.trace.verdict import Judgement

MOST: Final = 100_000  # events that a page can show; of more it shows a part
# The field of a kind that names another event by its number, beside the cause.
_REFERENCES: Final = {"response": "request", "lost": "partition"}


def drawable(outcome: Outcome, most: int = MOST) -> Outcome:
    """Return what can be drawn of a run: all of it, a part if it is long, nothing without a trace.

    The part ends with what proves the first breach, or is the beginning where nothing is broken.
    """
    events = outcome.trace.events
    if not outcome.trace.events.are_kept:
        nothing = Trace(lambda: 0.0, outcome.trace.vocabulary)
        told = [_proven(it, {}) for it in outcome.judgements]
        return replace(outcome, trace=nothing, judgements=told)
    if len(events) <= most:
        return outcome
    last = next((max(it.events) for it in outcome.violations if it.events), most - 1) + 1
    first = max(last - most, 0)
    said = f"{outcome.summary} (events {first:,} to {last - 1:,} of {len(events):,})"
    return replace(excerpt(outcome, first, last), summary=said)


def meanwhile(outcome: Outcome, from_s: float, to_s: float) -> Outcome:
    """Return the part of a run from one moment on to before another, in virtual seconds."""
    events = outcome.trace.events
    first, last = (
        bisect_left(events, moment_s * 1_000_000, key=lambda it: it.at_us)
        for moment_s in (from_s, max(from_s, to_s))
    )
    of = f"{last - first:,} of {len(events):,} events"
    said = f"{outcome.summary} (from {from_s:g} s to {to_s:g} s, {of})"
    return replace(excerpt(outcome, first, last), summary=said)


def excerpt(outcome: Outcome, first: int, last: int) -> Outcome:
    """Return a run of the events from number `first` on to before `last`, numbered anew.

    With them come those that they go back to: causes, and requests of responses.  Breaches keep
    what proves them of that.
    """
    events = outcome.trace.events
    chosen = {it.number: it for it in events[max(first, 0) : max(last, 0)]}
    waiting = list(chosen.values())
    while waiting:
        for number in _named(waiting.pop()):
            if number not in chosen:
                chosen[number] = events[number]
                waiting.append(chosen[number])
    numbers = {number: place for place, number in enumerate(sorted(chosen))}
    trace = Trace(lambda: 0.0, outcome.trace.vocabulary, Events(short=len(chosen) + 1))
    for number in numbers:
        trace.events.append(_numbered(chosen[number], numbers))
    judgements = [_proven(it, numbers) for it in outcome.judgements]
    return replace(outcome, trace=trace, judgements=judgements)


def with_more(outcome: Outcome, more: Sequence[TraceEvent]) -> tuple[Outcome, list[int | None]]:
    """Return a run with events among its own, numbered anew, and the number each has had.

    `more` are in order, each numbered as the event that it comes before; these have had none.
    """
    every = sorted([*more, *outcome.trace.events], key=lambda it: it.number)  # `more` stay first
    added = set(map(id, more))
    had = [None if id(it) in added else it.number for it in every]
    numbers = {number: place for place, number in enumerate(had) if number is not None}
    trace = Trace(lambda: 0.0, outcome.trace.vocabulary, Events(short=len(every) + 1))
    for place, event in enumerate(every):
        trace.events.append(replace(_numbered(event, numbers), number=place))
    judgements = [_proven(it, numbers) for it in outcome.judgements]
    return replace(outcome, trace=trace, judgements=judgements), had


def _named(event: TraceEvent) -> Iterator[int]:
    if event.cause is not None:
        yield event.cause
    name = _REFERENCES.get(event.kind)
    if name in event.fields:
        yield event[name]


def _numbered(event: TraceEvent, numbers: Mapping[int, int]) -> TraceEvent:
    name = _REFERENCES.get(event.kind)
    renamed: dict[str, Any] = {name: numbers[event[name]]} if name in event.fields else {}
    cause = None if event.cause is None else numbers[event.cause]
    number = numbers.get(event.number, event.number)
    return replace(event, number=number, cause=cause, fields=event.fields | renamed)


def _proven(judgement: Judgement, numbers: Mapping[int, int]) -> Judgement:
    kept = [
        replace(it, events=[numbers[number] for number in it.events if number in numbers])
        for it in judgement.violations
    ]
    return replace(judgement, violations=kept)
