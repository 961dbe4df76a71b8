"""What goes wrong where nothing is in the way: mistakes, outages, and news that come late."""

from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import MIRRORS, MOMENTS, ORDERS, TICKETS, Evidence
from scenarios.shop.checks.words import moment

TROUBLE: Final = (
    *("crash", "leave", "failover", "partition", "heal", "lost", "late", "answered"),
    *("pause", "wake", "forgets", "skew"),
)
A_LITTLE_S: Final = 1.0  # so late a call may be, and nobody gives it up
BACKGROUND: Final = "background"  # where it is told that a loop has died, and begins anew
# A relay publishes what it is woken for at once; a sweep of once a minute finds what others left.
AT_ONCE_S: Final = 5.0
AFTERMATH_S: Final = 61.0


def mistakes(evidence: Evidence) -> Iterator[Breach]:
    """Take what services log as mistakes, and the outages of servers that had none."""
    troubled = False
    for it in evidence.of_kind("log", *TROUBLE):
        if it.kind != "log":
            troubled |= _is_trouble(it)
        elif it.get("what") == "failed" or it.get("where") == BACKGROUND:
            at, error = moment(it.at_us), str(it.get("error"))[:120]
            yield Breach(f"{it.host}: {it['where']} failed at {at}: {error}", [it.number])
        elif it.get("what") == "outage" and not troubled:
            missed = f"{it.host}: {it['where']} missed a server at {moment(it.at_us)}"
            yield Breach(f"{missed}, and nothing was in the way", [it.number])


def late_news(evidence: Evidence) -> Iterator[Breach]:
    """Take each change: unless something is in the way, it is announced within seconds."""
    if MOMENTS in evidence.unseen or not evidence.is_told:
        return
    troubles_us = [it.at_us for it in evidence.of_kind(*TROUBLE) if _is_trouble(it)]
    stored_us: dict[str, int] = {}
    for event in evidence.of_kind("stored"):
        stored_us.setdefault(str(event["id"]), event.at_us)
    ends_us = evidence.events[-1].at_us if evidence.events else 0
    for write in evidence.writes(TICKETS, ORDERS, MIRRORS):
        due_us = write.at_us + round(AT_ONCE_S * 1e6)
        since_us = write.at_us - round(AFTERMATH_S * 1e6)
        after = bisect_left(troubles_us, since_us)
        if after < len(troubles_us) and troubles_us[after] <= due_us:
            continue
        for id in _told(write):
            if stored_us.get(id, ends_us) > due_us:
                said = f"{write.host}: what was written at {moment(write.at_us)} was announced"
                how = f"later than after {AT_ONCE_S:.0f} s, and nothing was in the way"
                yield Breach(f"{said} {how}: {id}", [write.number])


def _told(write: TraceEvent) -> list[str]:
    before, after = write["before"] or {}, write["after"] or {}
    known = {entry["id"] for entry in before.get("outbox", ())}
    return [entry["id"] for entry in after.get("outbox", ()) if entry["id"] not in known]


def _is_trouble(event: TraceEvent) -> bool:
    return event.kind != "late" or event["s"] > A_LITTLE_S or bool(event.get("unheard"))
