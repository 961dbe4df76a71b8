"""The evidence of a run of real processes, which the invariants of a world are judged by."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final

from boxoffice.trace import TraceEvent
from scenarios.shop.checks.evidence import Evidence
from scenarios.shop.checks.prices import prices_to_the_cent
from scenarios.shop.checks.versions import every_version_announced, no_lost_update
from scenarios.shop.outside.from_http import from_http
from scenarios.shop.outside.history import history
from scenarios.shop.outside.merging import merged
from scenarios.shop.outside.snapshot import OF_MONEY, Snapshot
from scenarios.shop.outside.unseen import UNSEEN

__all__ = ["evidence_of", "from_http"]

# What is concluded from the writes of tickets, which are put together from what was announced.
OF_ANNOUNCEMENTS: Final = {
    "no-lost-update": no_lost_update,
    "prices-to-the-cent": prices_to_the_cent,
}


def evidence_of(
    snapshot: Snapshot, http: Sequence[TraceEvent], began: datetime, poisoned: bool = False
) -> Evidence:
    """Put together what was seen.  `http` has times in µs since `began`.

    What else was recorded may stand among `http`, such as deliveries.  The events of the evidence
    are the run's whole trace.
    """
    trace = merged(http, history(snapshot, http, began))
    evidence = Evidence(
        events=tuple(trace.events),
        users=snapshot.users,
        tickets=snapshot.tickets,
        orders=snapshot.orders,
        replicas=snapshot.replicas,
        mirrors=snapshot.mirrors,
        messages=[stored.as_message() for stored in snapshot.stream],
        charges=snapshot.books.charges,
        refunds=snapshot.books.refunds,
        timers=snapshot.timers,
        leases=snapshot.leases,
        consumers=snapshot.consumers,
        restless=snapshot.restless,
        now_s=snapshot.at_us / 1_000_000,
        poisoned=poisoned,
        unseen=UNSEEN | (set() if snapshot.books.are_read else OF_MONEY),
    )
    return replace(evidence, unseen={*evidence.unseen, *_doubtful(evidence)})


def _doubtful(evidence: Evidence) -> set[str]:
    # Where a version was never announced, its write may be missing, or stand at a wrong time: that
    # something holds all the same is known, but nobody is accused by that.
    if not every_version_announced(evidence).breaches:
        return set()
    return {name for name, check in OF_ANNOUNCEMENTS.items() if check(evidence).breaches}
