"""When each version was committed, as far as that can be told: the kindest order of commits.

An event's own time is taken just before the write that it announces, and the broker's after it; an
answer with 2xx comes after what it answers, and an effect after the storing of its cause.  All
clocks are one machine's.  So each commit lies in an interval, and in any order that respects these
intervals, each aggregate's versions, and the numbers that orders gave the orders of one ticket, the
commits may really have happened.  Of these orders we take the kindest: an order begins as late, and
goes on and ends as early, as it may have, and a ticket changes as late as it may have.

- Two orders for a ticket are then both open only if one began, at the latest, before the other was
  cancelled, at the earliest: no order of commits explains what was seen.
- An order is then displaced while it counts only if its cancellation was, at the earliest, after
  the ticket's change, at the latest.

The numbers of orders are themselves not to be trusted in a shop that is broken, so another sequence
is tried if this one has two orders at once; that the orders of a ticket were placed in the sequence
of their own times.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import inf
from typing import Final

from scenarios.shop.outside.versions import Version

UNKNOWN_US: Final = -(10**15)  # before every run
Bounds = Callable[[Version], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class CommitTimes:
    """When versions were committed, in µs, and each one's place among those of one microsecond."""

    at_us: Mapping[Version, int]
    places: Mapping[Version, tuple[int, int]] = field(default_factory=dict)


def of_ticket(versions: Sequence[Version], bounds: Bounds) -> dict[Version, int]:
    """Return the latest moment of each version of a ticket."""
    at_us: dict[Version, int] = {}
    latest = _latest(versions, bounds)
    reached = UNKNOWN_US
    for version, high in zip(versions, latest, strict=True):
        reached = at_us[version] = max(reached, high)
    return at_us


def of_orders(orders: Sequence[Sequence[Version]], bounds: Bounds) -> CommitTimes:
    """Return the kindest moments of the orders for one ticket."""
    numbered = sorted(orders, key=lambda it: (_hold(it), _ends_us(it, bounds)))
    placed = sorted(orders, key=lambda it: (bounds(it[0])[0], _ends_us(it, bounds)))
    tried = [_in_sequence(sequence, bounds) for sequence in (numbered, placed)]
    return next((it for it in tried if not _overlap(orders, it)), tried[0])


def _in_sequence(orders: Sequence[Sequence[Version]], bounds: Bounds) -> CommitTimes:
    at_us: dict[Version, int] = {}
    places: dict[Version, tuple[int, int]] = {}
    begin_us = inf
    for place, versions in reversed(list(enumerate(orders))):
        low, latest = bounds(versions[0])[0], _latest(versions, bounds)[0]
        # It was placed before the next one, if it can have been.
        begin_us = min(latest, begin_us) if min(latest, begin_us) >= low else latest
        reached = int(begin_us)
        for number, version in enumerate(versions):
            reached = max(reached, bounds(version)[0] if number else reached)
            at_us[version] = reached
            places[version] = (place, number)
    return CommitTimes(at_us, places)


def _overlap(orders: Sequence[Sequence[Version]], moments: CommitTimes) -> bool:
    begins = sorted(orders, key=lambda it: _key(it[0], moments))
    for one, other in pairwise(begins):
        end = _end(one)
        if end is None or _key(end, moments) > _key(other[0], moments):
            return True
    return False


def _key(version: Version, moments: CommitTimes) -> tuple[int, tuple[int, int]]:
    return moments.at_us[version], moments.places[version]


def _latest(versions: Sequence[Version], bounds: Bounds) -> list[int]:
    # A version was committed before the next one was.
    latest: list[int] = []
    for version in reversed(versions):
        latest.append(min([bounds(version)[1], *latest[-1:]]))
    return latest[::-1]


def _end(versions: Sequence[Version]) -> Version | None:
    return next((it for it in versions if it.document["status"] == "cancelled"), None)


def _ends_us(versions: Sequence[Version], bounds: Bounds) -> float:
    end = _end(versions)
    return inf if end is None else bounds(end)[0]


def _hold(versions: Sequence[Version]) -> int:
    return int(versions[0].document.get("hold") or 0)
