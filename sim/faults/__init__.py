"""What can break: what × when.  Workload, faults and checks never know each other."""

from sim.faults.crashes import crashes
from sim.faults.links import lost_requests, lost_responses, slow_calls, stripe_timeouts
from sim.faults.messages import delays, duplicates, gaps, reorders
from sim.faults.partitions import partitions
from sim.faults.poison import poison
from sim.faults.refusals import refusals
from sim.faults.schedule import Fault, When

__all__ = [
    "Fault",
    "When",
    "crashes",
    "delays",
    "duplicates",
    "gaps",
    "lost_requests",
    "lost_responses",
    "partitions",
    "poison",
    "refusals",
    "reorders",
    "slow_calls",
    "stripe_timeouts",
]
