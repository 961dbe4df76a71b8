"""Leases: an alarm that somebody had in hand who died rings when the lease on it is over.

Whoever cannot ring it now, or is told to end, gives it back, so that it rings soon after whatever
was in the way; and while one rings it, no other does.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Final, NamedTuple

from boxoffice.trace import TraceEvent
from boxoffice.world import Breach
from scenarios.shop.checks.evidence import Evidence, data_of
from scenarios.shop.checks.refills import OURS
from scenarios.shop.checks.unfinished import IN_ORDER
from scenarios.shop.checks.way import TROUBLE, moments
from scenarios.shop.checks.words import moment, short

# Of the promise: how long a process that has died keeps an alarm from the others, and how often
# they look.  Source: services/expiration/repository.py, use_cases.py
LEASE_S: Final = 30.0
LATE_S: Final = LEASE_S + 6.0
# Where nobody keeps it: until who has had no answer asks again, and that is a little late.
# Source: PUBLISH_TIMEOUT_S of services/common/outbox.py, RETRY_S of expiration's use_cases.py
GIVEN_BACK_S: Final = 12.0
# Who has been asleep, or was not heard by Redis, may have kept it, and so has who was killed.
KEEPS: Final = ("pause", "wake", "partition", "heal", "limit")
EXPIRATION: Final = "expiration"
REDIS: Final = "redis"
ALARM: Final = "expiration.complete"
GIVEN_UP_S: Final = 4.5  # whoever waits any longer for the broker may have given it up, and back
SLOW_S: Final = 2.0  # for a call of Redis
CLAIMED_S: Final = 3.0  # before it begins to ring, unless Redis is slow
ABOUT_US: Final = 20_000  # between what is late and its storing
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
        self._kept = sorted(_moments_kept(evidence))
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
        latest_us = self._latest_us(due_us, GIVEN_BACK_S)
        if _are_any(self._kept, due_us - LATE_S * 1e6, latest_us):
            latest_us = self._latest_us(due_us, LATE_S)
        if self._is_away_for_good or (self._lost_us is not None and self._lost_us < latest_us):
            return
        if latest_us < (self._ends_us if over_us is None else over_us):
            said = (
                f"the alarm of order {short(order)} was due at {moment(due_us)}, and had not rung"
            )
            yield Breach(f"{said} at {moment(latest_us)}, when nobody could have a lease on it")

    def _latest_us(self, due_us: int, within_s: float) -> int:
        clear_us, within_us = due_us, round(within_s * 1e6)
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


def _are_any(moments_us: Sequence[int], since_us: float, until_us: float) -> bool:
    return bisect_left(moments_us, since_us) < bisect_right(moments_us, until_us)


def _moments_kept(evidence: Evidence) -> Iterator[int]:
    """Yield when somebody may have died, or slept, with a lease, or could not give it back."""
    in_order: set[str] = set()
    for it in evidence.of_kind("log", *TROUBLE):
        if it.kind == "log":
            if it["what"] == IN_ORDER:
                in_order.add(it.host)
        elif it.kind == "crash" and it.host.startswith(EXPIRATION):
            if it.host not in in_order:
                yield it.at_us
            in_order.discard(it.host)
        elif it.host == REDIS or it.kind in KEEPS or _is_unheard(it):
            yield from moments([it])


def _is_unheard(event: TraceEvent) -> bool:
    if event.get("to") != REDIS:
        return False
    return event.kind != "late" or bool(event.get("unheard")) or event["s"] > SLOW_S


class _Ringing(NamedTuple):
    by: str
    begun_us: int
    stored: TraceEvent


def rung_by_two(evidence: Evidence) -> Iterator[Breach]:
    """Yield each alarm that one process began to ring while another one was ringing it."""
    rings: dict[str, list[_Ringing]] = {}
    late: dict[str, TraceEvent] = {}  # by host, what it was last late to publish
    for it in evidence.of_kind("stored", "late"):
        if it.kind == "late":
            if (it["to"], it["about"], it.get("unheard")) == ("nats", ALARM, None):
                late[it.host] = it
        elif it["subject"] == ALARM and it["by"]:
            slow = late.get(it["by"])
            is_its = slow is not None and abs(slow.at_us + slow["s"] * 1e6 - it.at_us) < ABOUT_US
            begun_us = slow.at_us if slow is not None and is_its else it.at_us
            order = str(data_of(it).get("orderId"))
            rings.setdefault(order, []).append(_Ringing(it["by"], begun_us, it))
    pairs = {order: [*_side_by_side(found)] for order, found in rings.items()}
    kept = sorted(_moments_kept(evidence)) if any(pairs.values()) else ()
    for order, both in pairs.items():
        for first, second in both:
            since_us = first.begun_us - CLAIMED_S * 1e6
            if not _are_any(kept, since_us, first.stored.at_us):
                said = f"the alarm of order {short(order)} was rung by {first.by} from"
                how = f"{moment(first.begun_us)} to {moment(first.stored.at_us)}, and by"
                proof = sorted({first.stored.number, second.stored.number})
                yield Breach(f"{said} {how} {second.by} at {moment(second.begun_us)}", proof)


def _side_by_side(rings: Sequence[_Ringing]) -> Iterator[tuple[_Ringing, _Ringing]]:
    """Yield each two of different processes of which the second began before the first was done."""
    for first, second in combinations(sorted(rings, key=lambda it: it.begun_us), 2):
        is_given_up = first.stored.at_us - first.begun_us > GIVEN_UP_S * 1e6
        if first.by != second.by and second.begun_us < first.stored.at_us and not is_given_up:
            yield first, second
