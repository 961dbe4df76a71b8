"""Posting: a letter that was asked for becomes due, and is until the mail server has it."""

from collections.abc import Iterator
from typing import Final

from boxoffice.world import Breach
from scenarios.shop.checks.evidence import USERS, WISHES, Evidence, store_of
from scenarios.shop.checks.words import moment, short

UNTRIED: Final = {"tries": 0}


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
