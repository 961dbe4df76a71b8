"""Letters: each is due until the mail server has it, or has refused it for good."""

from collections.abc import Iterator

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import USERS, Evidence, store_of
from scenarios.shop.checks.words import moment, short

FOR_GOOD = "5"  # with which a mail server's answer begins.  Source: RFC 5321, section 4.2.1


def unposted(evidence: Evidence) -> Iterator[Breach]:
    """Follow each letter that was promised, and yield where it was ticked off too soon."""
    written: dict[str, int] = {}  # user → when the letter was written that is good now
    came: dict[str, int] = {}  # address → when the mail server last took a letter
    refused: dict[str, int] = {}
    for event in evidence.of_kind("write", "mail", "answered"):
        match event.kind:
            case "mail":
                came[event["to"]] = event.number
            case "answered" if event["to"] == "mail" and event["says"].startswith(FOR_GOOD):
                refused[event["about"]] = event.number
            case "write" if store_of(event) == USERS and event["before"] and event["after"]:
                if event["after"].get("reset", {}) != event["before"].get("reset"):
                    written[event["id"]] = event.number
                yield from _ticked_off(event, written.get(event["id"], 0), came, refused)


def _ticked_off(
    write: TraceEvent, since: int, came: dict[str, int], refused: dict[str, int]
) -> Iterator[Breach]:
    after = write["after"]
    if "letter_due" not in write["before"] or "letter_due" in after:
        return
    has_come = since < came.get(after["email"], -1)
    wrong = "before the mail server had it" if "reset" in after and not has_come else ""
    if "reset" not in after and refused.get(after["email"], -1) < 0:
        wrong = "as never to come, though the mail server has not refused it for good"
    if wrong:
        said = f"user {short(write['id'])}: a letter was ticked off {wrong}"
        yield Breach(f"{said}, at {moment(write.at_us)}", [write.number])
