"""What can break: what × when.  Workload, faults and checks never know each other."""

from sim.faults.crashes import crashes, departures
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
    "departures",
    "duplicates",
    "lost_requests",
    "lost_responses",
    "partitions",
    "refusals",
    "reorders",
    "slow_calls",
    "stripe_timeouts",
]
