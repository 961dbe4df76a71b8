"""Leases: an alarm that somebody had in hand who died rings when the lease on it is over.

So it does after anything else that was in the way: no later than that from when it ended.
"""

from bisect import bisect_right
from collections.abc import Iterator
from typing import Final

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.refills import OURS
from scenarios.shop.checks.way import TROUBLE, moments
from scenarios.shop.checks.words import moment, short

# Of the promise: how long a process that has died keeps an alarm from the others, and how often
# they look.  Source: services/expiration/repository.py, use_cases.py
LEASE_S: Final = 30.0
LATE_S: Final = LEASE_S + 6.0
LOSES: Final = ("log", "forgets", "failover", "crash")
AWAY_STEP_S: Final = 5.0


class Leases:
    """When something has kept alarms from ringing, and until when."""

    def __init__(self, evidence: Evidence) -> None:
        away: dict[str, int] = {}
        self._moments = moments(it for it in evidence.of_kind(*TROUBLE) if _is_of_alarms(it))
        for event in evidence.of_kind("crash", "leave", "start"):
            if event.host.startswith(OURS):
                since_us = away.pop(event.host, event.at_us)
                step_us = round(AWAY_STEP_S * 1e6)
                self._moments += [*range(since_us, event.at_us, step_us), event.at_us]
                if event.kind != "start":
                    away[event.host] = event.at_us
        self._moments.sort()
        # What Redis has forgotten rings when orders tells of it again, or never; what failed by an
        # error of its own does not.
        self._lost_us = min(
            (it.at_us for it in evidence.of_kind(*LOSES) if _loses(it)),
            default=None,
        )
        self._is_away_for_good = bool(away)
        self._ends_us = evidence.events[-1].at_us if evidence.events else 0

    def missed(self, order: str, due_us: int, over_us: int | None) -> Iterator[Breach]:
        """Yield an alarm that has not rung though nothing kept it from that any more."""
        latest_us = self._latest_us(due_us)
        if self._is_away_for_good or (self._lost_us is not None and self._lost_us < latest_us):
            return
        if latest_us < (self._ends_us if over_us is None else over_us):
            said = (
                f"the alarm of order {short(order)} was due at {moment(due_us)}, and had not rung"
            )
            yield Breach(f"{said} at {moment(latest_us)}, when any lease on it was over")

    def _latest_us(self, due_us: int) -> int:
        clear_us, within_us = due_us, round(LATE_S * 1e6)
        while True:
            last = bisect_right(self._moments, clear_us + within_us)
            if last == 0 or self._moments[last - 1] <= clear_us:
                return clear_us + within_us
            clear_us = self._moments[last - 1]


def _is_of_alarms(event: TraceEvent) -> bool:
    if event.kind in ("partition", "heal"):
        return True
    return event.host.startswith(OURS) or str(event.get("to", "")).startswith(OURS)


def _loses(event: TraceEvent) -> bool:
    if event.kind == "log":
        return (event.get("what"), event.get("where")) == ("failed", "timers")
    return event.host == "redis"
