"""One trace of what people did and what was put together of the rest."""

from collections.abc import Sequence
from typing import Any

from boxoffice.trace import Trace, TraceEvent
from scenarios.shop.outside import inferred
from scenarios.shop.outside.inferred import InferredEvent
from scenarios.shop.vocabulary import VOCABULARY


def merged(http: Sequence[TraceEvent], history: Sequence[InferredEvent]) -> Trace:
    """Return all of it in the order of time, numbered anew, causes and requests with it."""
    # By identity, since neither kind of event is known by its contents.
    both: list[InferredEvent | TraceEvent] = [*http, *history]
    both.sort(key=_key)
    numbers = {id(event): number for number, event in enumerate(both)}
    stored = {it.fields["seq"]: numbers[id(it)] for it in history if it.kind == "stored"}
    asked = {event.number: numbers[id(event)] for event in http}
    trace = Trace(lambda: 0.0, VOCABULARY)
    for number, event in enumerate(both):
        if isinstance(event, InferredEvent):
            cause = None if event.cause is None else numbers.get(id(event.cause))
        elif event.kind == "delivered":
            cause = stored.get(event["seq"])
        else:
            cause = None if event.cause is None else asked.get(event.cause)
        trace.events.append(_numbered(event, number, cause, asked))
    return trace


def _key(event: InferredEvent | TraceEvent) -> tuple[int, int, tuple[int, int]]:
    if isinstance(event, InferredEvent):
        return event.at_us, event.rank, event.place
    return event.at_us, inferred.OTHER, (event.number, 0)


def _numbered(
    event: InferredEvent | TraceEvent, number: int, cause: int | None, asked: dict[int, int]
) -> TraceEvent:
    fields: dict[str, Any] = dict(event.fields)
    if event.kind == "response":
        fields["request"] = asked[fields["request"]]
    return TraceEvent(number, event.at_us, event.host, event.kind, cause, fields)
