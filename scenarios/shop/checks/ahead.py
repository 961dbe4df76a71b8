"""Ahead: each moment that is noted is as far ahead as promised, and what is given back comes again.

A service reads its clock once it knows what it is asked, and before it writes: so what it notes is
so far ahead of some moment between the two.  Of what nobody has asked for, only the end is known.
"""

from collections.abc import Callable, Iterator
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.evidence import (
    COUNTS,
    MIRRORS,
    ORDERS,
    USERS,
    WISHES,
    Document,
    Evidence,
    store_of,
)
from scenarios.shop.checks.words import moment, short
from scenarios.shop.moments import seconds_of

CLAIM_S: Final = 30.0  # for whoever sees to a wish; then another may
MEMORY_S: Final = 3_600.0  # of letters to an address
COUNTED_S: Final = 900.0  # a window of whatever is counted
PATIENCE_S: Final = 10.0  # with Stripe
LONGEST_S: Final = 2_700.0  # until Stripe is asked again
REFUSED_S: Final = 60.0  # until a refused refund is asked for again, at least
IN_HAND_S: Final = 30.0  # a message that nobody settles; then another has it
FIRST_DELAY_S: Final = 0.05  # of a message that is given back; twice as long each time
LONGEST_DELAY_S: Final = 30.0
ROUNDING_S: Final = 0.002  # documents and messages know milliseconds
LATE_S: Final = 2.0  # so long after it was begun a loop may come to write, where nothing is slow
SLOW: Final = ("late", "pause", "lost", "partition", "heal", "answered")

Span = tuple[str, float, float]  # what is noted, how far ahead it is, and how far it should be
Noted = Callable[[Document, Document, float], Iterator[Span]]


def as_far_ahead_as_promised(evidence: Evidence) -> Finding:
    """Take each write that notes a moment, and each message that is given back."""
    slack_s = 2.0 * max((abs(it["by_s"]) for it in evidence.of_kind("skew")), default=0.0)
    is_slow = any(True for _ in evidence.of_kind(*SLOW))
    tested, breaches = False, list[Breach]()
    for write in evidence.writes(*NOTED):
        if write["after"] is None:
            continue
        at_s = write.at_us / 1e6
        begun_s = _begun_s(evidence, write, is_slow)
        for what, ends_s, ahead_s in _noted(evidence, write):
            tested = True
            most_s, least_s = ends_s - at_s, ends_s - begun_s
            if most_s > ahead_s + slack_s + ROUNDING_S:
                breaches.append(_breach(write, what, most_s, ahead_s))
            elif least_s < ahead_s - slack_s - ROUNDING_S:
                breaches.append(_breach(write, what, least_s, ahead_s))
    breaches += _given_back(evidence)
    return Finding(tested, breaches)


def _begun_s(evidence: Evidence, write: TraceEvent, is_slow: bool) -> float:
    """Return the moment before which whoever writes cannot have read the clock."""
    if write.cause is not None:
        return evidence.event(write.cause).at_us / 1e6
    return -1e9 if is_slow else write.at_us / 1e6 - LATE_S


def _breach(write: TraceEvent, what: str, is_s: float, due_s: float) -> Breach:
    about = short(str(write["id"])) if "@" not in str(write["id"]) else write["id"]
    said = f"{write.host}: {what} of {about}, noted at {moment(write.at_us)}, is"
    return Breach(f"{said} {is_s:.3f} s ahead, not {due_s:.3f}", [write.number])


def _noted(evidence: Evidence, write: TraceEvent) -> Iterator[Span]:
    before, after = write["before"] or {}, write["after"]
    store = store_of(write)
    if store == ORDERS:
        if not before and evidence.window_s is not None:
            yield "the end", seconds_of(after["expires_at"]), evidence.window_s
        return
    yield from NOTED[store](before, after, write.at_us / 1e6)


def _of_user(before: Document, after: Document, at_s: float) -> Iterator[Span]:
    due = after.get("letter_due")
    if isinstance(due, dict) and "after" in due and due != before.get("letter_due"):
        pause_s = min(60.0 * 2 ** min(due["tries"] - 1, 10), 900.0)
        yield f"try {due['tries'] + 1}", seconds_of(due["after"]), pause_s


def _of_wish(before: Document, after: Document, at_s: float) -> Iterator[Span]:
    if "due" in after and "due" in before and after["due"] != before["due"]:
        yield "the lease", _naive_s(after["due"]), CLAIM_S
    elif "due" in after and "due" not in before:
        next_s = _naive_s(before["next"]) if "next" in before else at_s
        yield "a letter", _naive_s(after["due"]), max(0.0, next_s - at_s)
    elif "due" in before and "due" not in after:
        letters = after["letters"]
        pause_s = 10.0 if letters < 3 else min(60.0 * 2 ** min(letters - 3, 16), 900.0)
        yield "the next letter", _naive_s(after["next"]), pause_s
        yield "its end", _naive_s(after["until"]), MEMORY_S


def _of_count(before: Document, after: Document, at_s: float) -> Iterator[Span]:
    if after["until"] != before.get("until"):
        yield "its end", _naive_s(after["until"]), COUNTED_S


def _of_mirror(before: Document, after: Document, at_s: float) -> Iterator[Span]:
    was, now = before.get("payment") or {}, after.get("payment") or {}
    if not now:
        return
    is_new = (was.get("status"), was.get("attempt")) != (now["status"], now["attempt"])
    if is_new:
        yield "the beginning", seconds_of(now["since"]), 0.0
    if now["sent_at"] not in (None, was.get("sent_at")):
        yield "the sending", seconds_of(now["sent_at"]), 0.0
    if now["next_at"] in (None, was.get("next_at")) or after["status"] != before.get("status"):
        return
    if now["status"] == "pending" and is_new:
        yield "the next look", seconds_of(now["next_at"]), PATIENCE_S
    elif now["status"] == "refunding" and is_new:
        yield "the next look", seconds_of(now["next_at"]), 0.0


NOTED: Final[dict[str, Noted]] = {
    ORDERS: lambda before, after, at_s: iter(()),
    USERS: _of_user,
    WISHES: _of_wish,
    COUNTS: _of_count,
    MIRRORS: _of_mirror,
}


def _naive_s(written: str) -> float:
    """Return a moment that a store keeps as a date of its own."""
    return seconds_of(f"{written}Z")


# --- messages -------------------------------------------------------------------------------------


def _given_back(evidence: Evidence) -> Iterator[Breach]:
    """Take how long a message stays away that is given back, and one that nobody settles.

    Several may have it in hand: then it is given back by whoever that can be.
    """
    given: dict[tuple[str, int], list[TraceEvent]] = {}
    for event in evidence.of_kind("delivered", "naked", "ack-expired", "crash"):
        if event.kind == "crash":
            given = {} if event.host == "nats" else given  # it may count anew
            continue
        in_hand = given.setdefault((event["consumer"], event["seq"]), [])
        if event.kind == "delivered":
            in_hand.append(event)
        elif in_hand and event.kind == "ack-expired":
            after_s = (event.at_us - in_hand[-1].at_us) / 1e6
            if abs(after_s - IN_HAND_S) > 1.0:
                what = f"was anybody's again after {after_s:.0f} s in hand, not {IN_HAND_S:.0f}"
                yield _message(event, in_hand[-1], what)
        elif in_hand and event.get("delay_s") and not any(_is_by(event, it) for it in in_hand):
            what = f"stays away for {event['delay_s']:.2f} s after delivery"
            yield _message(event, in_hand[-1], f"{what} {in_hand[-1]['attempt']}")


def _is_by(naked: TraceEvent, given: TraceEvent) -> bool:
    """Tell whether this delivery stays away for about as long as that."""
    due_s = _away_s(given["attempt"])
    return bool(due_s / 1.5 <= naked["delay_s"] <= due_s * 1.5)


def _away_s(attempt: int) -> float:
    return min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** min(attempt - 1, 16))


def _message(event: TraceEvent, given: TraceEvent, what: str) -> Breach:
    named = f"message {event['seq']} ({event['subject']})"
    said = f"{event['consumer']}: {named} {what}, at {moment(event.at_us)}"
    return Breach(said, [given.number, event.number])
