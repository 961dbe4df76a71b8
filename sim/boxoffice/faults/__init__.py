"""What can break: what × when.  Workload, faults and checks never know each other.

Beside its own arguments each function takes those of `When` by name: `of`, `at`, `by`, `share`,
`nth`, `from_s`, `until_s`.  Times are in virtual seconds since the world began.
Raises: ValueError, for a share that is not from 0 to 1; TypeError, for a name that is none of them.

>>> from boxoffice import faults
>>> faults.delays(by_s=2.0, of="work.*", nth=[1, 3])  # the first and the third of these messages
faults.delays(by_s=2.0, of='work.*', nth=[1, 3])
>>> faults.fault_of("delays(2, of=work.*, nth=[1, 3])")  # the same, as on a command line
faults.delays(2, of='work.*', nth=[1, 3])
"""

from boxoffice.faults.busy_account import busy_account
from boxoffice.faults.clock_steps import clock_steps
from boxoffice.faults.crashes import crashes, departures
from boxoffice.faults.failovers import failovers, lost_writes
from boxoffice.faults.forgotten_keys import forgotten_keys
from boxoffice.faults.links import (
    late_effects,
    lost_requests,
    lost_responses,
    slow_calls,
    stripe_timeouts,
)
from boxoffice.faults.messages import delays, duplicates, gaps, reorders
from boxoffice.faults.partitions import partitions
from boxoffice.faults.pauses import pauses
from boxoffice.faults.poison import poison
from boxoffice.faults.refusals import (
    failed_refunds,
    failing_over,
    locked_out,
    no_balance,
    no_leader,
    no_memory,
    no_storage,
    read_only,
    refusals,
    stripe_busy,
    stripe_errors,
    unconfirmed,
)
from boxoffice.faults.replicas import replicas
from boxoffice.faults.restarts import restarts, rolling_restarts
from boxoffice.faults.schedule import Fault, When
from boxoffice.faults.skews import skews
from boxoffice.faults.small_payloads import small_payloads
from boxoffice.faults.spelled import fault_of
from boxoffice.faults.stored_twice import stored_twice
from boxoffice.faults.threads import slow_threads

__all__ = [
    "Fault",
    "When",
    "busy_account",
    "clock_steps",
    "crashes",
    "delays",
    "departures",
    "duplicates",
    "failed_refunds",
    "failing_over",
    "failovers",
    "fault_of",
    "forgotten_keys",
    "gaps",
    "late_effects",
    "locked_out",
    "lost_requests",
    "lost_responses",
    "lost_writes",
    "no_balance",
    "no_leader",
    "no_memory",
    "no_storage",
    "partitions",
    "pauses",
    "poison",
    "read_only",
    "refusals",
    "reorders",
    "replicas",
    "restarts",
    "rolling_restarts",
    "skews",
    "slow_calls",
    "slow_threads",
    "small_payloads",
    "stored_twice",
    "stripe_busy",
    "stripe_errors",
    "stripe_timeouts",
    "unconfirmed",
]
