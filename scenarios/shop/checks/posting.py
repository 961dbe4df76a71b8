"""Posting: a letter is due until the mail server has it."""

from collections.abc import Iterator

from boxoffice.world import Breach
from scenarios.shop.checks.evidence import USERS, Evidence, store_of
from scenarios.shop.checks.words import moment, short


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
