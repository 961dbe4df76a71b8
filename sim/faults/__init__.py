"""What can break: what × when.  Workload, faults and checks never know each other."""

from sim.faults.crashes import crashes
from sim.faults.failovers import failovers, lost_writes
from sim.faults.links import lost_requests, lost_responses, slow_calls, stripe_timeouts
from sim.faults.messages import delays, duplicates, reorders
from sim.faults.partitions import partitions
from sim.faults.refusals import refusals
from sim.faults.schedule import Fault, When

__all__ = [
    "Fault",
    "When",
    "crashes",
    "delays",
    "duplicates",
    "failovers",
    "lost_requests",
    "lost_responses",
    "lost_writes",
    "partitions",
    "refusals",
    "reorders",
    "slow_calls",
    "stripe_timeouts",
]
