"""In time: what is handed over is settled at once and a letter comes, if nothing is in the way."""

from collections import Counter
from collections.abc import Iterator
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import (
    ACKNOWLEDGEMENTS,
    MIRRORS,
    USERS,
    WISHES,
    Document,
    Evidence,
    store_of,
)
from scenarios.shop.checks.exchanges import exchanges
from scenarios.shop.checks.hearing import HEARS
from scenarios.shop.checks.way import Way
from scenarios.shop.checks.words import moment, short
from scenarios.shop.moments import seconds_of, seconds_of_date

UP_S: Final = 2.0  # until all are up, and have said what they consume
SETTLES: Final = ("acked", "naked", "termed")
STRIPE_LOOK_S: Final = 5.0  # between two looks for what Stripe is to be asked
# What is noted before a letter is posted: three writes, of which each waits for a second member
# where a store may fail over, for a fifth of a second.  Source: boxoffice/faults/failovers.py
NOTED_S: Final = 0.6
LETTER_LOOK_S: Final = 60.0  # and for letters
EACH_S: Final = 0.25  # that a message takes which others have to wait for
WAITS_S: Final = 15.0  # for an answer that does not come, and a little more
A_MOMENT_S: Final = 1.0


def settled_late(evidence: Evidence, way: Way) -> Iterator[Breach]:
    """Take each delivery: whoever is handed a message has done with it, or gives it back."""
    if ACKNOWLEDGEMENTS in evidence.unseen:
        return
    given: dict[tuple[str, int], tuple[TraceEvent, int]] = {}
    in_hand: Counter[str] = Counter()
    for event in evidence.of_kind("delivered", *SETTLES):
        message = event["consumer"], event["seq"]
        if event.kind == "delivered":
            before = in_hand[event["consumer"]] - (message in given)
            in_hand[event["consumer"]] = before + 1
            given[message] = event, before
            continue
        if message not in given:
            continue
        first, queued = given.pop(message)
        in_hand[event["consumer"]] -= 1
        # What touches the same seat is done one after another.
        queued_s = EACH_S * queued
        if way.was_missed(first.at_us, event.at_us) and way.was_missed(
            first.at_us, event.at_us, queued_s
        ):
            named = f"{event['consumer']}: message {event['seq']} ({event['subject']})"
            said = f"{named}, given to it at {moment(first.at_us)}, was {event.kind} late"
            yield Breach(f"{said}, and nothing was in the way", [first.number, event.number])


def handed_over_late(evidence: Evidence, way: Way) -> Iterator[Breach]:
    """Take each message: whoever consumes its type is there, and takes it."""
    if ACKNOWLEDGEMENTS in evidence.unseen or not evidence.punctual:
        return
    given: dict[tuple[str, int], int] = {}
    for event in evidence.of_kind("delivered"):
        given.setdefault((event["consumer"], event["seq"]), event.at_us)
    for event in evidence.of_kind("stored"):
        if event["duplicate"] or not event["by"]:
            continue
        since_us = max(event.at_us, round(UP_S * 1e6))
        for consumer, beginnings in HEARS.items():
            if not event["subject"].startswith(beginnings):
                continue
            if way.was_missed(since_us, given.get((consumer, event["seq"]))):
                said = f"{consumer}: message {event['seq']} ({event['subject']}), stored at"
                how = f"{moment(event.at_us)}, was given to it late, and nothing was in the way"
                yield Breach(f"{said} {how}", [event.number])


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
            if event["before"] and event["before"]["epoch"] != event["after"]["epoch"]:
                wanted.pop(event["after"]["email"], None)  # who has chosen one needs none
        elif store_of(event) == WISHES and event["id"] in people:
            before, after = event["before"] or {}, event["after"] or {}
            if "due" in after and "due" not in before:
                due_us = round(seconds_of_date(after["due"]) * 1e6)
                wanted.setdefault(event["id"], (max(event.at_us, due_us), event))
    for address, (due_us, wish) in wanted.items():
        if due_us < way.ends_us:
            yield from _missed(way, address, due_us, wish, None)


def done_late(evidence: Evidence) -> Iterator[Breach]:
    """Take each moment at which Stripe or the mail server is to be asked again, and by when it is.

    That they have not answered, or not well, is why there is such a moment, and excuses nobody, if
    what was asked before is over.
    """
    for store, server, look_s, due_of in (
        (MIRRORS, "stripe", STRIPE_LOOK_S, _stripe_at),
        (USERS, "mail", LETTER_LOOK_S, _letter_at),
    ):
        way, busy = Way(evidence, but=server), _busy(evidence, server)
        due: dict[str, tuple[float, TraceEvent]] = {}
        for write in evidence.writes(store):
            next_s = due_of(write["after"] or {})
            at_s, noted = due.get(write["id"], (None, write))
            if next_s == at_s:
                continue
            if at_s is not None:
                yield from _asked_late(way, busy, noted, at_s, look_s, write.at_us)
            due.pop(write["id"], None)
            if next_s is not None:
                due[write["id"]] = next_s, write
        for at_s, noted in due.values():
            yield from _asked_late(way, busy, noted, at_s, look_s, way.ends_us)


def _stripe_at(mirror: Document) -> float | None:
    next_at = (mirror.get("payment") or {}).get("next_at")
    return None if next_at is None else seconds_of(next_at)


def _letter_at(user: Document) -> float | None:
    due = user.get("letter_due")
    return seconds_of(due["after"]) if isinstance(due, dict) and "after" in due else None


def _busy(evidence: Evidence, server: str) -> list[tuple[float, float]]:
    """Return the spans in which somebody may still have waited for a server's answer."""
    asked = (it for it in evidence.of_kind("late", "lost") if it.get("to") == server)
    return [(it.at_us / 1e6, it.at_us / 1e6 + it.get("s", 0.0) + WAITS_S) for it in asked]


def _asked_late(
    way: Way,
    busy: list[tuple[float, float]],
    noted: TraceEvent,
    due_s: float,
    look_s: float,
    done_us: int,
) -> Iterator[Breach]:
    due_us = max(round(due_s * 1e6), noted.at_us)
    if any(since < due_us / 1e6 + look_s and until > due_us / 1e6 for since, until in busy):
        return
    if way.was_missed(due_us, done_us, look_s, begun_us=noted.at_us):
        said = f"{noted.host}: what {short(str(noted['id']))} waits for was due at"
        how = f"{moment(due_us)}, and not done by {moment(done_us)}"
        yield Breach(f"{said} {how}", [noted.number])


def _missed(
    way: Way, address: str, due_us: int, wish: TraceEvent, came_us: int | None
) -> Iterator[Breach]:
    if way.was_missed(due_us, came_us, NOTED_S, begun_us=wish.at_us):
        said = f"the letter to {address} that was due at {moment(due_us)} came late"
        yield Breach(f"{said}, and nothing was in the way", [wish.number])


def answered_late(evidence: Evidence, way: Way) -> Iterator[Breach]:
    """Take each answer to a person: it comes at once, save where strangers are slowed down."""
    for it in exchanges(evidence):
        waits_s = WAITS_S if it.request["to"].startswith("auth") else A_MOMENT_S
        if it.status and way.was_missed(it.request.at_us, it.response.at_us, waits_s):
            took_s = (it.response.at_us - it.request.at_us) / 1e6
            said = f"{it.request.host} was answered {it.said} to {it.named} after {took_s:.0f} s"
            yield Breach(f"{said}, and nothing was in the way", it.numbers)
