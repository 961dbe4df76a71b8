"""Posting: a letter that was asked for becomes due, and is until the mail server has it."""

from collections.abc import Iterator
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import USERS, WISHES, Evidence, store_of
from scenarios.shop.checks.words import moment, short

UNTRIED: Final = {"tries": 0}
# As long as whoever sees to a wish has it alone, if two clocks differ a little.
LEASED_US: Final = 25_000_000
# By which a promise is made anew of whom nobody knows whether it was, or later than anybody thinks.
TROUBLE: Final = ("crash", "failover", "lost", "late", "answered", "partition", "pause")
A_LITTLE_S: Final = 1.0


def unposted(evidence: Evidence) -> Iterator[Breach]:
    """Follow each letter that was promised, and yield where it was ticked off too soon."""
    written: dict[str, int] = {}  # user → with which event the letter began that is good now
    came: dict[str, int] = {}  # address → when the mail server last took a letter
    for event in evidence.of_kind("write", "mail"):
        if event.kind == "mail":
            came[event["to"]] = event.number
        elif store_of(event) == USERS and event["before"] and event["after"]:
            before, after = event["before"], event["after"]
            if after.get("reset") != before.get("reset"):
                written[event["id"]] = event.number
            ticked_off = "letter_due" in before and "letter_due" not in after and "reset" in after
            if ticked_off and came.get(after["email"], -1) < written.get(event["id"], 0):
                said = f"user {short(event['id'])}: a letter was ticked off before the mail server"
                yield Breach(f"{said} had it, at {moment(event.at_us)}", [event.number])


def forgotten(evidence: Evidence) -> Iterator[Breach]:
    """Follow each wish for a letter, and yield where it was closed before the letter was due."""
    people: dict[str, int] = {}  # address → with which event its user began
    opened: dict[str, int] = {}
    promised: dict[str, int] = {}  # address → when its letter last was due and yet to be tried
    for write in evidence.writes(USERS, WISHES):
        before, after = write["before"] or {}, write["after"] or {}
        if store_of(write) == USERS:
            address = (after or before)["email"]
            people.setdefault(address, write.number)
            if after.get("letter_due") == UNTRIED:
                promised[address] = write.number
            continue
        address = write["id"]
        if "due" in after and "due" not in before:
            opened[address] = write.number
        elif "due" in before and "due" not in after and address in opened:
            since = opened.pop(address)
            # Whose it is, is looked up in between: whoever signs up meanwhile may have none.
            if people.get(address, since) < since and promised.get(address, -1) < since:
                said = f"the wish for a letter to {address} was closed at {moment(write.at_us)}"
                yield Breach(f"{said}, and no letter was due", [since, write.number])


def promised_twice(evidence: Evidence) -> Iterator[Breach]:
    """Follow each wish for a letter, and yield where two letters were promised for it."""
    promised: dict[str, TraceEvent] = {}  # address → by what a letter is due, for the wish at hand
    if any(it.host.startswith("auth") for it in evidence.of_kind("skew")):
        return  # then a lease is over sooner for one than for the other
    for event in evidence.of_kind("write", *TROUBLE):
        if event.kind != "write":
            if _may_repeat(event):
                promised.clear()
            continue
        before, after = event["before"] or {}, event["after"] or {}
        if store_of(event) == WISHES and ("due" in before) != ("due" in after):
            promised.pop(event["id"], None)  # for another wish, from now on
        elif store_of(event) == USERS and after.get("letter_due") == UNTRIED != before.get(
            "letter_due"
        ):
            first = promised.setdefault(after["email"], event)
            if first is not event and event.at_us - first.at_us < LEASED_US:
                said = f"a letter to {after['email']} was promised at {moment(first.at_us)}"
                again = f"and one more at {moment(event.at_us)} for the same wish"
                yield Breach(f"{said}, {again}", [first.number, event.number])


def _may_repeat(event: TraceEvent) -> bool:
    """Tell whether it may have kept auth from knowing what it has done."""
    if event.kind == "partition":
        return True
    if "auth" not in f"{event.host} {event.get('to', '')}" or event.get("to") == "mail":
        return False
    return event.kind != "late" or event["s"] > A_LITTLE_S or bool(event.get("unheard"))
