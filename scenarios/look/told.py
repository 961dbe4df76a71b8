"""What was seen of a shop, as a run that the explorer draws."""

from collections.abc import Iterator, Sequence
from typing import Final

from boxoffice import Outcome
from boxoffice.trace import Trace, TraceEvent, counts_of, overall
from scenarios.look.sightings import Sighting
from scenarios.shop.targets.decisions import linked
from scenarios.shop.vocabulary import VOCABULARY

NAME: Final = "this shop"
SUMMARY: Final = "What the services of this shop tell each other."


def told(seen: Sequence[Sighting]) -> Outcome:
    """Return a run of sightings, which are in the order of time."""
    last_us = seen[-1].at_us if seen else 0
    trace = Trace(lambda: last_us / 1e6, VOCABULARY)
    for event in linked(list(_numbered(seen))):
        trace.events.append(event)
    return Outcome(
        scenario=NAME,
        summary=SUMMARY,
        seed=0,
        bug=None,
        target="up",
        verdict=overall(()),
        judgements=(),
        trace=trace,
        virtual_s=last_us / 1e6,
        wall_s=last_us / 1e6,
        counts=counts_of(trace, 0),
        stand_in="as it happens",
    )


def _numbered(seen: Sequence[Sighting]) -> Iterator[TraceEvent]:
    numbers = {it: number for number, it in enumerate(seen)}
    asked = {it.about: it.trace for it in seen if it.about is not None}
    led: dict[str, int] = {}  # by the trace: the last that may have led to a message
    decided: dict[tuple[str, str], int] = {}  # the same of one service
    for number, it in enumerate(seen):
        fields, cause = it.fields, None
        if it.about is not None:
            cause = numbers[it.about]
            fields = {"request": cause, **fields}
        elif it.kind == "stored":
            cause = decided.get((it.trace, it.fields["by"]), led.get(it.trace))
        elif it.kind == "request" and (trace := asked.get(it)):
            led[trace] = number
        elif it.kind == "decided":
            decided[it.trace, it.host] = number
        yield TraceEvent(number, it.at_us, it.host, it.kind, cause, fields)
