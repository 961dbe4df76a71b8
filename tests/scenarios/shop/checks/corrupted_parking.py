"""Messages that are put aside too early, too late, or for good."""

from dataclasses import replace
from typing import Any, Final

from boxoffice.trace.trace import TraceEvent
from scenarios.shop.checks.evidence import Message
from tests.scenarios.shop.checks.corrupted import Recording, falls

REASON: Final = "WriteError: no, full error: {'code': 121, 'errmsg': 'no'}"
EVERY_S: Final = 61.0


def heard(it: Recording) -> TraceEvent:
    """Return when tickets was handed a message that nothing else is on meanwhile."""
    return it.last("delivered", consumer="tickets", subject="order.created")


def says(it: Recording, delivered: TraceEvent, after_s: float, what: str) -> None:
    """Have tickets say something of a message, so long after it was handed over."""
    at = it.repeat(delivered, after_s)
    fields = {"what": what, "where": "order.created", "error": REASON}
    said = replace(at, host="tickets", kind="log", cause=delivered.number, fields=fields)
    it.events[it.events.index(at)] = said


def fails(it: Recording, delivered: TraceEvent, times: int) -> None:
    """Have a message fail so often, about once a minute."""
    for number in range(1, times + 1):
        says(it, delivered, number * EVERY_S, "failed")


@falls("nothing-stuck", "came again at")
def failed_for_minutes_and_was_not_put_aside(it: Recording) -> None:
    delivered = heard(it)
    fails(it, delivered, 5)
    it.repeat(delivered, 6 * EVERY_S)


@falls("nothing-stuck", "was put aside at")
def was_put_aside_after_three_failures(it: Recording) -> None:
    delivered = heard(it)
    fails(it, delivered, 3)
    says(it, delivered, 3 * EVERY_S, "parked")


def is_put_aside(it: Recording, *asked_after_s: float) -> None:
    """Leave a letter that a store was the reason of, until a minute later; ask for it then."""
    stored = it.first("stored", subject="order.created")
    letter = "dead-letter.tickets.order.created"
    posted = it.repeat(stored, 1.0, id="letter", seq=900, subject=letter, by="tickets")
    it.ends["messages"].append(Message(900, letter, stored["data"], REASON))
    refused: dict[str, Any] = {"to": "tickets-db", "verb": "update_one", "says": "121"}
    at = it.repeat(posted, 60.0)
    it.events[it.events.index(at)] = replace(at, host="tickets", kind="answered", fields=refused)
    for after_s in asked_after_s:
        it.repeat(posted, after_s, id="", seq=901, subject="replay.tickets.order.created", data="")


@falls("nothing-stuck", "was parked among the dead letters at 00:")
def kept_a_letter_that_was_asked_for(it: Recording) -> None:
    is_put_aside(it, 62.0)
