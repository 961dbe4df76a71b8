"""Hosts whose clocks are wrong."""

from math import inf

from boxoffice.faults.amounts import names, seconds
from boxoffice.faults.disturbance import Disturbance
from boxoffice.faults.schedule import Fault, When
from boxoffice.faults.spelled import reproducible_repr


class _Skews(Fault):
    name = "skews"

    def __init__(self, when: When, host: str, by_s: float) -> None:
        super().__init__(when)
        self.clock_of = host
        self._by_s = by_s

    def __str__(self) -> str:
        return self.expression.removeprefix("faults.")

    def skew_s(self, host: str, now_s: float) -> float:
        if host != self.clock_of:
            return 0.0
        if not self.when.from_s <= now_s < self.when.until_s:
            self.comes_untimely(now_s)
            return 0.0
        self.matched = self.injected = 1
        return self._by_s

    def disturbance(self) -> Disturbance:
        return Disturbance("clock", (self.clock_of,), by_s=self._by_s)

    def why_not(self) -> str:
        if self.injected:
            return ""
        if not self.untimely_s:
            return "nobody looked at this clock"
        return f"this clock was looked at {self.when_it_was()}"


@reproducible_repr
def skews(host: str, by_s: float, from_s: float = 0.0, until_s: float = inf) -> Fault:
    """Let the clock of a service's host be `by_s` seconds ahead, or behind if that is negative.

    It is off from `from_s` to `until_s`, and what several of these say adds up: a step back is one
    that begins later.  `datetime.now`, `time.time` and what is made of them are off, and so is
    `drivers.clock`; `time.monotonic`, sleeping and timeouts are not, nor is any server's clock.
    Raises: ValueError, for no seconds.
    """
    names(host=host)
    seconds(by_s=abs(by_s) if isinstance(by_s, int | float) else by_s)
    if not by_s:
        raise ValueError("by_s must not be 0: a clock that is not off is right")
    return _Skews(When(from_s=from_s, until_s=until_s), host, by_s)
