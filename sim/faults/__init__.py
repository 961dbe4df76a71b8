"""What can break: what × when.  Workload, faults and checks never know each other."""

from sim.faults.crashes import crashes
from sim.faults.failovers import failovers, lost_writes
from sim.faults.links import lost_requests, lost_responses, slow_calls, stripe_timeouts
from sim.faults.messages import delays, duplicates, reorders
from sim.faults.partitions import partitions
from sim.faults.refusals import (
    failing_over,
    locked_out,
    no_leader,
    no_memory,
    no_storage,
    read_only,
    refusals,
    unconfirmed,
)
from sim.faults.schedule import Fault, When

__all__ = [
    "Fault",
    "When",
    "crashes",
    "delays",
    "duplicates",
    "failing_over",
    "failovers",
    "locked_out",
    "lost_requests",
    "lost_responses",
    "lost_writes",
    "no_leader",
    "no_memory",
    "no_storage",
    "partitions",
    "read_only",
    "refusals",
    "reorders",
    "slow_calls",
    "stripe_timeouts",
    "unconfirmed",
]
