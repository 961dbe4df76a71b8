"""Refills: Redis comes up empty, and expiration fills it again before an alarm is due.

What Redis has lost in part, and says that it has, nobody can know; but that it has nothing any more
is noticed, by whoever of expiration is there, and each alarm is set again.
"""

from bisect import bisect_left, bisect_right
from typing import Final

from boxoffice.trace import TraceEvent
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.way import AFTERMATH_S, TROUBLE, is_trouble

OURS: Final = ("expiration", "redis", "nats")  # who alarms are set, kept and rung by


class Refills:
    """What has befallen alarms, that Redis was emptied among it."""

    def __init__(self, evidence: Evidence) -> None:
        self._befell = [it for it in evidence.of_kind(*TROUBLE) if _is_of_alarms(it)]
        self._at_us = [it.at_us for it in self._befell]
        self._starts = [(it.host, it.at_us) for it in evidence.of_kind("start")]

    def are_all(self, since_us: int, due_us: int) -> bool:
        """Tell whether alarms were lost between the two moments, in µs, and surely set again."""
        first, last = bisect_left(self._at_us, since_us), bisect_right(self._at_us, due_us)
        befell = self._befell[first:last]
        is_emptied = any(map(_is_empty, befell))
        return is_emptied and all(self._is_over(it, due_us) for it in befell)

    def _is_over(self, befell: TraceEvent, due_us: int) -> bool:
        if _is_empty(befell):
            return True
        last_us = due_us - AFTERMATH_S * 1e6
        is_back = any(
            host == befell.host and befell.at_us < at_us < last_us for host, at_us in self._starts
        )
        return befell.kind == "crash" and is_back


def _is_empty(event: TraceEvent) -> bool:
    is_all = event.kind == "forgets" and event["s"] is None and not event.get("what")
    return bool(is_all and event.host == "redis")


def _is_of_alarms(event: TraceEvent) -> bool:
    # A partition is told of the one host that it is about.
    about = f"{event.host} {event.get('to', '')}"
    is_ours = event.kind in ("partition", "heal") or any(name in about for name in OURS)
    return is_ours and is_trouble(event)
