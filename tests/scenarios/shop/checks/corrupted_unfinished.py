"""Ends in good order that leave behind what was begun, or what was stored and not announced."""

from dataclasses import replace
from typing import Any

from boxoffice.trace.trace import TraceEvent
from scenarios.shop.checks.leaving import CUT_OFF
from scenarios.shop.checks.unfinished import IN_ORDER
from tests.scenarios.shop.checks.corrupted import Recording, falls


def leaves_after(it: Recording, event: TraceEvent, host: str) -> None:
    """Have a host told to end, and end in good order, right after an event."""
    said: dict[str, Any] = {"what": IN_ORDER, "level": "info"}
    place = it.events.index(event) + 1
    at = replace(event, host=host, cause=None)
    it.events[place:place] = [
        replace(at, number=event.number + 1, kind="leave", fields={}),
        replace(at, number=event.number + 2, kind="log", fields=said),
    ]


def begins(it: Recording, database: str, after: Any) -> TraceEvent:
    """Return the first write to a database of which this is true."""
    return next(write for write in it.all("write", database=database) if after(write))


@falls("leaves-in-order", "x in the outbox of")
def was_cut_off_without_a_last_flush(it: Recording) -> None:
    gone = it.first("log", what=IN_ORDER)
    it.change(gone, lambda to: to.update(what=CUT_OFF))
    orders = it.all("write", database="orders", collection="orders", verb="update_one")
    last = next(write for write in reversed([*orders]) if not write["after"]["outbox"])
    it.change(last, lambda to: to["after"].update(outbox=[{"id": "x"}]))


@falls("leaves-in-order", "the letter to ben@example.com, begun at")
def was_gone_before_the_letter_was_posted(it: Recording) -> None:
    tried = begins(it, "auth", lambda to: (to["after"].get("letter_due") or {}).get("tries"))
    leaves_after(it, tried, "auth")


@falls("leaves-in-order", "what Stripe is asked about order")
def was_gone_before_stripe_had_answered(it: Recording) -> None:
    def asks(write: TraceEvent) -> bool:
        was = (write["before"] or {}).get("payment") or {}
        return write.cause is None and was.get("status") == "refunding"

    # That other news of it was told meanwhile is no answer of Stripe's.
    leaves_after(it, tells_of_it(it, begins(it, "payments", asks)), "payments")


@falls("leaves-in-order", ", and began with ")
def began_with_a_letter_when_it_was_told_to_end(it: Recording) -> None:
    tried = begins(it, "auth", lambda to: (to["after"].get("letter_due") or {}).get("tries"))
    told = it.repeat(tried, -0.5)
    it.events[it.events.index(told)] = replace(
        told, kind="leave", host="auth", cause=None, fields={}
    )


def tells_of_it(it: Recording, asked: TraceEvent) -> TraceEvent:
    """Have an outbox emptied right after an event, of the same document."""
    told = it.repeat(asked)
    before, after = ({**told["after"], "outbox": [{"id": id}] if id else []} for id in ("x", ""))
    return it.change(told, lambda to: to.update(before=before, after=after))
