"""In time: what is handed over is settled at once and a letter comes, if nothing is in the way."""

from collections.abc import Iterator
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import ACKNOWLEDGEMENTS, USERS, WISHES, Evidence, store_of
from scenarios.shop.checks.way import Way
from scenarios.shop.checks.words import moment
from scenarios.shop.moments import seconds_of

SETTLES: Final = ("acked", "naked", "termed")


def settled_late(evidence: Evidence, way: Way) -> Iterator[Breach]:
    """Take each delivery: whoever is handed a message has done with it, or gives it back."""
    if ACKNOWLEDGEMENTS in evidence.unseen:
        return
    given: dict[tuple[str, int], TraceEvent] = {}
    for event in evidence.of_kind("delivered", *SETTLES):
        message = event["consumer"], event["seq"]
        if event.kind == "delivered":
            given[message] = event
        elif (first := given.pop(message, None)) and way.was_missed(first.at_us, event.at_us):
            named = f"{event['consumer']}: message {event['seq']} ({event['subject']})"
            said = f"{named}, given to it at {moment(first.at_us)}, was {event.kind} late"
            yield Breach(f"{said}, and nothing was in the way", [first.number, event.number])


def posted_late(evidence: Evidence, way: Way) -> Iterator[Breach]:
    """Take each wish for a letter of somebody whom auth knows: from when it is due, one comes."""
    people: set[str] = set()
    wanted: dict[str, tuple[int, TraceEvent]] = {}  # address → from when on, and since which wish
    for event in evidence.of_kind("write", "mail"):
        if event.kind == "mail":
            due = wanted.pop(event["to"], None)
            if due is not None:
                yield from _missed(way, event["to"], *due, event.at_us)
        elif store_of(event) == USERS and event["after"]:
            people.add(event["after"]["email"])
        elif store_of(event) == WISHES and event["id"] in people:
            before, after = event["before"] or {}, event["after"] or {}
            if "due" in after and "due" not in before:
                due_us = round(seconds_of(f"{after['due']}Z") * 1e6)
                wanted.setdefault(event["id"], (max(event.at_us, due_us), event))
    for address, (due_us, wish) in wanted.items():
        if due_us < way.ends_us:
            yield from _missed(way, address, due_us, wish, None)


def _missed(
    way: Way, address: str, due_us: int, wish: TraceEvent, came_us: int | None
) -> Iterator[Breach]:
    if way.was_missed(due_us, came_us, begun_us=wish.at_us):
        said = f"the letter to {address} that was due at {moment(due_us)} came late"
        yield Breach(f"{said}, and nothing was in the way", [wish.number])
