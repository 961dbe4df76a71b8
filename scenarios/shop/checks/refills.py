"""Refills: Redis comes up empty, and expiration fills it again before an alarm is due.

What Redis has lost in part, and says that it has, nobody can know; but that it has nothing any more
is noticed, by whoever of expiration is there, and each alarm is set again.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from boxoffice.trace import TraceEvent
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.way import AFTERMATH_S, TROUBLE, is_trouble

OURS = ("expiration", "redis", "nats")  # who alarms are set, kept and rung by


class Refills:
    """When Redis was emptied, and what else has befallen alarms."""

    def __init__(self, evidence: Evidence) -> None:
        self._emptied_us = [it.at_us for it in evidence.of_kind("forgets") if _is_empty(it)]
        troubles = evidence.of_kind(*TROUBLE) if self._emptied_us else ()
        self._befell = [it for it in troubles if _is_of_alarms(it)]
        self._at_us = [it.at_us for it in self._befell]
        self._starts = [(it.host, it.at_us) for it in evidence.of_kind("start")]

    def are_all(self, since_us: int, due_us: int) -> bool:
        """Tell whether alarms were lost between the two moments, in µs, and surely set again."""
        nth = bisect_left(self._emptied_us, since_us)
        if self._emptied_us[nth : nth + 1] > [due_us] or nth == len(self._emptied_us):
            return False
        return all(self._is_over(it, due_us) for it in self._between(since_us, due_us))

    def _between(self, since_us: int, due_us: int) -> Iterator[TraceEvent]:
        first, last = bisect_left(self._at_us, since_us), bisect_right(self._at_us, due_us)
        yield from self._befell[first:last]

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
