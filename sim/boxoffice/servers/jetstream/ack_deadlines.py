"""When the time is over to acknowledge each message that is out."""

from collections.abc import Callable, Container
from heapq import heappop, heappush

from boxoffice.servers.jetstream.alarm import Alarm
from boxoffice.servers.jetstream.hooks import Hooks


class AckDeadlines:
    """Calls `ring` whenever the time of a message may be over; `out` are those that are waited for.

    A moment that was put off meanwhile is found out by whoever is rung for.
    """

    def __init__(self, hooks: Hooks, ring: Callable[[], None], out: Container[int]) -> None:
        self._alarm = Alarm(hooks, ring)
        self._moments: list[tuple[float, int]] = []
        self._out = out

    def until(self, moment_s: float, seq: int) -> None:
        """Ring at `moment_s`, seconds since 1970, for message `seq`."""
        heappush(self._moments, (moment_s, seq))
        self._alarm.at(moment_s)

    def over(self, now_s: float) -> list[int]:
        """Return, in their order, whose moment has come, and wait for the next one."""
        found: dict[int, None] = {}
        while self._moments and (self._moments[0][0] <= now_s or self._first_is_back()):
            _, seq = heappop(self._moments)
            found[seq] = None
        if self._moments:
            self._alarm.at(self._moments[0][0])
        return sorted(seq for seq in found if seq in self._out)

    def cancel(self) -> None:
        """Ring no more."""
        self._alarm.cancel()

    def _first_is_back(self) -> bool:
        return self._moments[0][1] not in self._out
