"""Reads: what was written or shown is not unseen afterwards, by whoever asks next.

Whoever is shown a ticket or an order is shown it by the service that owns it, from the primary of
its store, so that each answer is at least as new as any that had come before it was asked for.  A
fail-over takes back what was only read.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.exchanges import Exchange, exchanges, id_in
from scenarios.shop.checks.words import moment, short

# How far a payment has come; from `declined` it begins anew with another card.
PAYMENT: Final = {"pending": 0, "declined": 0, "paid": 1, "refunding": 2, "refunded": 3}
ENDED: Final = {"complete": 1, "cancelled": 1}
SERVED: Final = (("/api/tickets", "ticket"), ("/api/orders", "order"), ("/api/payments", "payment"))


@dataclass(frozen=True, slots=True)
class Seen:
    """Something as it was answered: how far it had come, as a number and in words."""

    noun: str
    id: str
    said: str
    place: int | None = None
    status: str = ""  # of an order


@dataclass(slots=True)
class Known:
    """What was the most of one thing that had been answered, from one answer to the next."""

    numbers: list[int] = field(default_factory=list)  # of the answers
    places: list[int] = field(default_factory=list)
    answers: list[Exchange] = field(default_factory=list)

    def add(self, it: Exchange, place: int) -> None:
        """Take note of an answer, if it says more than those before."""
        if not self.places or place > self.places[-1]:
            self.numbers.append(it.response.number)
            self.places.append(place)
            self.answers.append(it)

    def before(self, request: TraceEvent) -> tuple[int, Exchange] | None:
        """Return the most that had been answered when something was asked for, and by what."""
        found = bisect_left(self.numbers, request.number) - 1
        return (self.places[found], self.answers[found]) if found >= 0 else None


def reads_go_forward(evidence: Evidence) -> Finding:
    """Take each answer: nothing in it is older than what was answered before it was asked for."""
    known: dict[tuple[str, str], Known] = {}
    ended: dict[str, tuple[str, Exchange]] = {}  # order → how, and who was told first
    overs = [event for event in evidence.of_kind("failover") if event.host.endswith("-db")]
    tested, breaches = False, list[Breach]()
    for it in exchanges(evidence):
        for seen in _seen(it):
            breaches += _revived(seen, it, ended, overs)
            if seen.place is None:
                continue
            before = known.setdefault((seen.noun, seen.id), Known())
            found = before.before(it.request)
            tested |= found is not None
            if found and seen.place < found[0] and not _taken_back(overs, found[1], it, seen.noun):
                breaches.append(_backwards(seen, it, found))
            before.add(it, seen.place)
        breaches += _vanished(it, known, overs)
    return Finding(tested, breaches)


def _seen(it: Exchange) -> Iterator[Seen]:
    if not it.succeeded:
        return
    if it.status == 204 and (order := id_in(it.call, "DELETE /api/orders")):
        yield Seen("order", order, "cancelled", status="cancelled")
    path = it.call.partition(" ")[2]
    noun = next((noun for place, noun in SERVED if path.startswith(place)), "")
    for body in it.body if isinstance(it.body, list) else [it.body]:
        if noun and isinstance(body, dict) and "id" in body:
            yield from _shown(noun, body)


def _shown(noun: str, body: dict[str, Any]) -> Iterator[Seen]:
    id, status = body["id"], body.get("status", "")
    if noun == "payment" and status in PAYMENT:
        yield Seen(noun, id, status, PAYMENT[status])
    elif "version" in body:
        yield Seen(noun, id, f"version {body['version']}", body["version"], status)


def _taken_back(overs: list[TraceEvent], first: Exchange, then: Exchange, noun: str) -> bool:
    # An answer of a write stands; one that was only read may have been of what was undone.
    since, until = first.request.number, then.response.number
    return any(since < it.number < until and it.host == f"{noun}s-db" for it in overs)


def _backwards(seen: Seen, it: Exchange, before: tuple[int, Exchange]) -> Breach:
    first = before[1]
    most = next(one.said for one in _seen(first) if (one.noun, one.id) == (seen.noun, seen.id))
    return Breach(
        f"{seen.noun} {short(seen.id)}: {first.request.host} was answered {most} at "
        f"{moment(first.response.at_us)}, and {it.request.host}, who asked after that, "
        f"{seen.said} at {moment(it.response.at_us)}",
        [*first.numbers, *it.numbers],
    )


def _revived(
    seen: Seen, it: Exchange, ended: dict[str, tuple[str, Exchange]], overs: list[TraceEvent]
) -> Iterator[Breach]:
    if seen.noun != "order" or not seen.status:
        return
    if seen.id in ended:
        how, first = ended[seen.id]
        later = it.request.number > first.response.number
        if later and seen.status != how and not _taken_back(overs, first, it, "order"):
            yield Breach(
                f"order {short(seen.id)}: {first.request.host} was told that it is {how} at "
                f"{moment(first.response.at_us)}, and {it.request.host}, who asked after that, "
                f"that it is {seen.status} at {moment(it.response.at_us)}",
                [*first.numbers, *it.numbers],
            )
    elif seen.status in ENDED:
        ended[seen.id] = seen.status, it


def _vanished(
    it: Exchange, known: dict[tuple[str, str], Known], overs: list[TraceEvent]
) -> Iterator[Breach]:
    if it.status != 404:
        return
    for place, noun in SERVED:
        id = id_in(it.call, f"{it.request['method']} {place}")
        found = known[noun, id].before(it.request) if id and (noun, id) in known else None
        if found and not _taken_back(overs, found[1], it, noun):
            yield Breach(
                f"{noun} {short(str(id))}: {found[1].request.host} was answered it at "
                f"{moment(found[1].response.at_us)}, and {it.request.host}, who asked after that, "
                f"{it.said} at {moment(it.response.at_us)}",
                [*found[1].numbers, *it.numbers],
            )
