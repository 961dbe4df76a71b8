"""Hosts that do nothing for a while, and then go on as if no time had passed."""

from typing import Any

from boxoffice.faults.amounts import seconds
from boxoffice.faults.blows import Blow, Blows
from boxoffice.faults.moments import moment
from boxoffice.faults.schedule import Fault
from boxoffice.faults.spelled import reproducible_repr


class _Pauses(Blows):
    name = "pauses"


@reproducible_repr
def pauses(
    host: str, for_s: float = 10.0, on: str = "", *, after: str = "", before: str = "", **when: Any
) -> Fault:
    """Stop `host` for `for_s` seconds, as a collector of garbage or a machine that is moved does.

    What reaches it waits, and whoever waits for it may give up.  Its own timeouts and leases run
    out meanwhile, and it learns of that only when it wakes.  The moment is said as with `crashes`:
    right after an event of kind `on`, a write by default, or `after` or `before` a driver's call
    that the host makes or answers, unless `by` says who makes it.
    Raises: ValueError, for more than one of `on`, `after` and `before`, and for no such time.
    """
    seconds(for_s=for_s)
    meant, event, at_call = moment(host, on, after, before, when)
    return _Pauses(meant, event, at_call, Blow("pause", host, {"for_s": for_s}))
