"""The time limits of many calls, kept by one timer.

Nearly every call ends long before its limit, and a timer of its own for each would cost more
than all the rest of a call.
"""

import asyncio
from math import inf

from boxoffice.servers.jetstream.alarm import Alarm
from boxoffice.servers.jetstream.hooks import CLOCK_GRAIN_S, Hooks


class Deadlines:
    """Moments, in seconds since 1970, at which calls are given up."""

    def __init__(self, hooks: Hooks) -> None:
        self._hooks = hooks
        self._open: dict[asyncio.Timeout, float] = {}
        self._alarm = Alarm(hooks, self._ring)

    def begin(self, limit: asyncio.Timeout, timeout_s: float) -> None:
        """Let `limit` run out after `timeout_s` seconds, unless `end` is called before."""
        self._open[limit] = moment_s = self._hooks.now() + timeout_s
        self._alarm.at(moment_s)

    def end(self, limit: asyncio.Timeout) -> None:
        """Forget `limit`."""
        del self._open[limit]

    def _ring(self) -> None:
        now_s = self._hooks.now() + CLOCK_GRAIN_S
        for limit, moment_s in self._open.items():
            if moment_s <= now_s:
                limit.reschedule(0.0)
                # Whoever stands still meanwhile notices later, and is not to be told again.
                self._open[limit] = inf
        if (next_s := min(self._open.values(), default=inf)) < inf:
            self._alarm.at(next_s)
