"""Clocks that are set right, or wrong, while somebody reads them."""

from collections.abc import Sequence
from typing import Any

from boxoffice.clock.randomness import Random
from boxoffice.faults.amounts import seconds
from boxoffice.faults.blows import Blow, Blows
from boxoffice.faults.disturbance import Disturbance
from boxoffice.faults.moments import moment
from boxoffice.faults.schedule import Fault, When
from boxoffice.faults.spelled import reproducible_repr


class _ClockSteps(Blows):
    name = "clock-steps"

    def __init__(self, when: When, on: str, moment: str, blow: Blow) -> None:
        super().__init__(when, on, moment, blow)
        self.clock_of = blow.host

    def begin(self, random: Random) -> None:
        super().begin(random)
        self._steps = 0

    def injects(self, *occasion: Any, **named: Any) -> bool:
        struck = super().injects(*occasion, **named)
        self._steps += struck
        return struck

    def disturbance(self) -> Disturbance:
        # Set right again when it is over, which is a step in its turn.
        return Disturbance("clock", (self.clock_of,), by_s=self.blow.how["by_s"][0])

    def skew_s(self, host: str, now_s: float) -> float:
        if host != self.clock_of:
            return 0.0
        by_s = self.blow.how["by_s"]
        return float(sum(by_s[n % len(by_s)] for n in range(self._steps)))


@reproducible_repr
def clock_steps(
    host: str,
    by_s: float | Sequence[float] = (30.0, -30.0),
    on: str = "",
    *,
    after: str = "",
    before: str = "",
    **when: Any,
) -> Fault:
    """Set the clock of a service's host ahead by `by_s` seconds, back if that is negative.

    A list is gone through, step by step.  The moment is said as with `crashes`, and the same clocks
    are off as with `skews`.
    Raises: ValueError, for more than one of `on`, `after` and `before`, and for no seconds.
    """
    steps = list(by_s) if isinstance(by_s, Sequence) and not isinstance(by_s, str) else [by_s]
    if not steps:
        raise ValueError("by_s is a number of seconds, or a list of some, and not an empty one")
    for step in steps:
        seconds(by_s=abs(step) if isinstance(step, int | float) else step)
    meant, event, at_call = moment(host, on, after, before, when)
    return _ClockSteps(meant, event, at_call, Blow("step", host, {"by_s": steps}))
