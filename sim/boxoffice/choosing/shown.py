"""A run as the explorer draws it, up to an event: nothing is shown of what comes after."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from boxoffice.choosing.messages import messages_of
from boxoffice.choosing.place import Place
from boxoffice.views.time_format import format_duration

_SO_FAR: Final = 0.7  # of its way, at which a message is drawn that has not arrived
OPEN: Final = "open"  # what nothing can be said of before the end


def drawn(place: Place, why: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return the data of a run up to the place in it; all of it, and the curve, at its end."""
    data = {**place.run.drawn(place.cursor), "asked": ""}  # what was picked is told beside it
    if place.is_over:
        return {**data, "why": why} if why else data
    last, now_us = last_shown(place), place.run.events[place.cursor].at_us
    return {
        **data,
        "verdict": OPEN,
        "sign": "",
        "passed": format_duration(now_us),
        "counts": {},
        "numbers": data["numbers"][: last + 1],
        "events": {name: column[: last + 1] for name, column in data["events"].items()},
        "changes": [it for it in data["changes"] if it[0] <= last],
        "arrows": [
            *(it for it in data["arrows"] if it[0] <= last and it[4] <= now_us),
            *_under_way(place, now_us),
        ],
        "spans": [
            [lane, from_us, to_us if to_us is not None and to_us <= now_us else None, what]
            for lane, from_us, to_us, what in data["spans"]
            if from_us <= now_us
        ],
        "judgements": judged(place),
    }


def judged(place: Place) -> list[dict[str, Any]]:
    """Return the judgements, before the end only of what has fallen by then."""
    every: list[dict[str, Any]] = place.run.drawn(place.cursor)["judgements"]
    return every if place.is_over else [_so_far(it) for it in every]


def last_shown(place: Place) -> int:
    """Return the place in the explorer's data of the event up to which a run is told."""
    numbers = place.run.drawn(place.cursor)["numbers"]
    return int(numbers.index(place.cursor))


def _under_way(place: Place, now_us: int) -> Iterator[list[Any]]:
    """Yield the arrows of messages that have not arrived: they end somewhere on their way."""
    data = place.run.drawn(place.cursor)
    lanes = {name: lane for lane, (name, _) in enumerate(data["lanes"])}
    for message in messages_of(place.run):
        if message.is_under_way(place.cursor) and message.sent.consumer in lanes:
            n = data["numbers"].index(message.begun)
            source, target = data["events"]["lane"][n], lanes[message.sent.consumer]
            there = source + _SO_FAR * (target - source)
            yield [n, source, round(message.sent.at_s * 1e6), there, now_us, "under-way"]


def _so_far(judgement: dict[str, Any]) -> dict[str, Any]:
    return judgement if judgement["violations"] else {**judgement, "verdict": OPEN, "sign": "·"}
