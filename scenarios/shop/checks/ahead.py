"""Ahead: each moment that is noted is as far ahead as promised, and what is given back comes again.

A service reads its clock once it knows what it is asked, and before it writes: so what it notes is
so far ahead of some moment between the two.  Of what nobody has asked for, only the end is known.
"""

from collections.abc import Callable, Iterator
from math import inf
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach, Finding
from scenarios.shop.checks.charging import CERTAIN_S, PATIENCE_S
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
from scenarios.shop.checks.exchanges import skew_s
from scenarios.shop.checks.words import moment, short
from scenarios.shop.moments import seconds_of, seconds_of_date

CLAIM_S: Final = 30.0  # for whoever sees to a wish; then another may
MEMORY_S: Final = 3_600.0  # of letters to an address
COUNTED_S: Final = 900.0  # a window of whatever is counted
FIRST_LOOK_S: Final = {"pending": PATIENCE_S, "refunding": 0.0}
LONGEST_S: Final = 2_700.0  # until Stripe is asked again
REFUSED_S: Final = 60.0  # until a refused refund is asked for again, at least
IN_HAND_S: Final = 30.0  # a message that nobody settles; then another has it
FIRST_DELAY_S: Final = 0.05  # of a message that is given back; twice as long each time
LONGEST_DELAY_S: Final = 30.0
ROUNDING_S: Final = 0.002  # documents and messages know milliseconds
LATE_S: Final = 2.0  # so long after it was begun a loop may come to write, where nothing is slow
SLOW: Final = ("late", "pause", "lost", "partition", "heal", "answered")
OUTSIDE: Final = ("stripe", "mail")  # of whom nothing is noted before they have answered

# What is noted, the moment that it is, and how far ahead of now that should be, least and most.
Span = tuple[str, float, float, float]
# Of a document before and after, written between two moments.
Noted = Callable[[Document, Document, float, float], Iterator[Span]]


def as_far_ahead_as_promised(evidence: Evidence) -> Finding:
    """Take each write that notes a moment, and each message that is given back."""
    slack_s = 2.0 * skew_s(evidence)
    troubled = (it for it in evidence.of_kind(*SLOW) if it.get("to") not in OUTSIDE)
    is_slow = not evidence.prompt or next(troubled, None) is not None
    tested, breaches = False, list[Breach]()
    for write in evidence.writes(*NOTED):
        if write["after"] is None:
            continue
        at_s = write.at_us / 1e6
        begun_s = _begun_s(evidence, write, is_slow)
        for what, ends_s, least_s, most_s in _noted(evidence, write, begun_s, at_s):
            tested = True
            if ends_s - at_s > most_s + slack_s + ROUNDING_S:
                breaches.append(_breach(write, what, ends_s - at_s, most_s))
            elif ends_s - begun_s < least_s - slack_s - ROUNDING_S:
                breaches.append(_breach(write, what, ends_s - begun_s, least_s))
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


def _noted(evidence: Evidence, write: TraceEvent, begun_s: float, at_s: float) -> Iterator[Span]:
    before, after = write["before"] or {}, write["after"]
    store = store_of(write)
    if store != ORDERS:
        yield from NOTED[store](before, after, begun_s, at_s)
    elif not before and evidence.windows_s:
        ends_s = seconds_of(after["expires_at"])
        least_s, most_s = ends_s - at_s, ends_s - begun_s  # whichever moment it was drawn at
        # Of two that a host may have been configured with, the one that it comes nearest to.
        window_s = min(evidence.windows_s, key=lambda it: max(least_s - it, it - most_s, 0.0))
        yield _exactly("the end", ends_s, window_s)


def _exactly(what: str, ends_s: float, ahead_s: float) -> Span:
    return what, ends_s, ahead_s, ahead_s


def _of_user(before: Document, after: Document, begun_s: float, at_s: float) -> Iterator[Span]:
    due = after.get("letter_due")
    if isinstance(due, dict) and "after" in due and due != before.get("letter_due"):
        pause_s = min(60.0 * 2 ** min(due["tries"] - 1, 10), 900.0)
        yield _exactly(f"try {due['tries'] + 1}", seconds_of(due["after"]), pause_s)


def _of_wish(before: Document, after: Document, begun_s: float, at_s: float) -> Iterator[Span]:
    if "due" in after and "due" in before and after["due"] != before["due"]:
        yield _exactly("the lease", seconds_of_date(after["due"]), CLAIM_S)
    elif "due" in after and "due" not in before:
        next_s = seconds_of_date(before["next"]) if "next" in before else at_s
        yield _exactly("a letter", seconds_of_date(after["due"]), max(0.0, next_s - at_s))
    elif "due" in before and "due" not in after:
        letters = after["letters"]
        pause_s = 10.0 if letters < 3 else min(60.0 * 2 ** min(letters - 3, 16), 900.0)
        yield _exactly("the next letter", seconds_of_date(after["next"]), pause_s)
        yield _exactly("its end", seconds_of_date(after["until"]), MEMORY_S)


def _of_count(before: Document, after: Document, begun_s: float, at_s: float) -> Iterator[Span]:
    if after["until"] != before.get("until"):
        yield _exactly("its end", seconds_of_date(after["until"]), COUNTED_S)


def _of_mirror(before: Document, after: Document, begun_s: float, at_s: float) -> Iterator[Span]:
    was, now = before.get("payment") or {}, after.get("payment") or {}
    if not now:
        return
    is_new = (was.get("status"), was.get("attempt")) != (now["status"], now["attempt"])
    if is_new:
        yield _exactly("the beginning", seconds_of(now["since"]), 0.0)
    if now["sent_at"] not in (None, was.get("sent_at")):
        yield _exactly("the sending", seconds_of(now["sent_at"]), 0.0)
    if now["next_at"] in (None, was.get("next_at")) or after["status"] != before.get("status"):
        return
    next_s = seconds_of(now["next_at"])
    if not is_new:
        yield "the next look", next_s, _pause_s(was, now, after, begun_s), inf
    elif now["status"] in FIRST_LOOK_S:
        yield _exactly("the next look", next_s, FIRST_LOOK_S[now["status"]])


def _pause_s(was: Document, now: Document, after: Document, begun_s: float) -> float:
    """Return after how long Stripe may be asked again, at the soonest."""
    waited_s = begun_s - seconds_of(now["since"])
    if now["refusals"] != was["refusals"]:
        return min(max(waited_s, REFUSED_S), LONGEST_S)
    pause_s = min(max(waited_s / 3, PATIENCE_S), LONGEST_S)
    if now["status"] != "pending":
        return pause_s
    # Once an order is over, its charge is looked for, and again when none can come any more.
    ends_s = seconds_of(after["expires_at"]) - begun_s
    certain_s = seconds_of(now["sent_at"]) + CERTAIN_S - begun_s
    return min([pause_s, *(left_s for left_s in (ends_s, certain_s) if left_s > 0.0)])


NOTED: Final[dict[str, Noted]] = {
    ORDERS: lambda before, after, begun_s, at_s: iter(()),
    USERS: _of_user,
    WISHES: _of_wish,
    COUNTS: _of_count,
    MIRRORS: _of_mirror,
}


# --- messages -------------------------------------------------------------------------------------


def _given_back(evidence: Evidence) -> Iterator[Breach]:
    """Take how long a message stays away that is given back, and one that nobody settles.

    Several may have it in hand: then it is given back by whoever that can be.
    """
    given: dict[tuple[str, int], list[TraceEvent]] = {}
    up_us = 0  # a broker counts the seconds anew; who had a message in hand before, has it still
    for event in evidence.of_kind("delivered", "naked", "ack-expired", "crash"):
        if event.kind == "crash":
            up_us = event.at_us if event.host == "nats" else up_us
            continue
        in_hand = given.setdefault((event["consumer"], event["seq"]), [])
        if event.kind == "delivered":
            in_hand.append(event)
        elif in_hand and event.kind == "ack-expired":
            if in_hand[-1].at_us < up_us:
                continue
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
