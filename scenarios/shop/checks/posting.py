"""Posting: a letter that was asked for becomes due, and is until the mail server has it."""

from collections.abc import Iterator
from typing import Any, Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import USERS, WISHES, Evidence, store_of
from scenarios.shop.checks.exchanges import clock_slack_s
from scenarios.shop.checks.words import moment, short
from scenarios.shop.moments import seconds_of_date

UNTRIED: Final = {"tries": 0}
# As long as whoever sees to a wish has it alone, if two clocks differ a little.
LEASED_US: Final = 25_000_000
# By which a promise is made anew of whom nobody knows whether it was, or later than anybody thinks.
TROUBLE: Final = ("crash", "failover", "lost", "late", "answered", "pause", "wake")
A_LITTLE_S: Final = 1.0
SETTLED_US: Final = 60_000_000


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
            if not ticked_off:
                continue
            said = f"user {short(event['id'])}: a letter was ticked off before"
            if before["letter_due"] == UNTRIED:
                yield Breach(f"{said} it was written, at {moment(event.at_us)}", [event.number])
            elif came.get(after["email"], -1) < written.get(event["id"], 0):
                how = "the mail server had it, at"
                yield Breach(f"{said} {how} {moment(event.at_us)}", [event.number])


def forgotten(evidence: Evidence) -> Iterator[Breach]:
    """Follow each wish for a letter: somebody has it, and it is closed once a letter is due."""
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
            if write["verb"] and not _is_asked_for(evidence, write):
                said = f"a wish for a letter to {address} was opened at {moment(write.at_us)}"
                yield Breach(f"{said}, and nobody had asked for one", [write.number])
        elif "due" in before and "due" not in after and address in opened:
            since = opened.pop(address)
            # Whose it is, is looked up in between: whoever signs up meanwhile may have none.
            if people.get(address, since) < since and promised.get(address, -1) < since:
                said = f"the wish for a letter to {address} was closed at {moment(write.at_us)}"
                yield Breach(f"{said}, and no letter was due", [since, write.number])


def begun_anew(evidence: Evidence) -> Iterator[Breach]:
    """Take each wish: how many letters there were is known for an hour after the last."""
    slack_s = clock_slack_s(evidence)
    for write in evidence.writes(WISHES):
        before, after = write["before"], write["after"]
        if before and after and after["letters"] < before["letters"]:
            is_over = "until" in before and (
                seconds_of_date(before["until"]) <= write.at_us / 1e6 + slack_s
            )
            if not is_over:
                said = f"how many letters {write['id']} has had was forgotten"
                yield Breach(f"{said} at {moment(write.at_us)}", [write.number])


def _is_asked_for(evidence: Evidence, write: TraceEvent) -> bool:
    return write.cause is not None and evidence.event(write.cause).kind == "request"


def promised_in_vain(evidence: Evidence) -> Iterator[Breach]:
    """Follow each wish for a letter, and yield where more than one letter was promised for it."""
    if any(it.host.startswith("auth") for it in evidence.of_kind("skew", "partition")):
        return  # then a lease is over sooner for one than for the other
    promised: dict[str, TraceEvent] = {}  # address → by what a letter is due, for the wish at hand
    closed: dict[str, TraceEvent] = {}  # address → by what its last wish was
    unsure_us = -1
    for event in evidence.of_kind("write", *TROUBLE):
        if event.kind != "write":
            lasts_us = round((event.get("s") or 0.0) * 1e6) + SETTLED_US
            unsure_us = max(unsure_us, event.at_us + lasts_us) if _may_repeat(event) else unsure_us
        elif store_of(event) == WISHES:
            _follow(event, promised, closed)
        elif store_of(event) == USERS and _promises(event):
            address = event["after"]["email"]
            first, over = promised.setdefault(address, event), closed.get(address)
            is_leased = first is not event and event.at_us - first.at_us < LEASED_US
            before = over or (first if is_leased else None)
            if before is not None and event.at_us > unsure_us:
                said = f"a letter to {address} was promised at {moment(event.at_us)}"
                how = "for a wish that had been granted at"
                yield Breach(f"{said}, {how} {moment(before.at_us)}", [before.number, event.number])


def _follow(wish: TraceEvent, promised: dict[str, Any], closed: dict[str, TraceEvent]) -> None:
    before, after = wish["before"] or {}, wish["after"] or {}
    if ("due" in before) != ("due" in after):  # for another wish, from now on
        promised.pop(wish["id"], None)
        closed.pop(wish["id"], None)
    if "due" in before and "due" not in after:
        closed[wish["id"]] = wish


def _promises(write: TraceEvent) -> bool:
    before, after = write["before"] or {}, write["after"] or {}
    return bool(after.get("letter_due") == UNTRIED != before.get("letter_due"))


def _may_repeat(event: TraceEvent) -> bool:
    """Tell whether it may have kept auth from knowing what it has done."""
    if "auth" not in f"{event.host} {event.get('to', '')}" or event.get("to") == "mail":
        return False
    return event.kind != "late" or event["s"] > A_LITTLE_S or bool(event.get("unheard"))
