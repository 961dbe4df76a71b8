"""Puts the faults of a run where the world asks for them."""

from collections.abc import Callable, Sequence

from sim.faults.schedule import Fault
from sim.network import Call, Fate
from sim.randomness import Randomness
from sim.trace import Trace, TraceEvent


class Faults:
    """All faults of one world, until it is healed.

    `crash` is called with a host's name and for how many seconds it stays away.
    """

    def __init__(
        self,
        faults: Sequence[Fault],
        randomness: Randomness,
        trace: Trace,
        now: Callable[[], float],
        crash: Callable[[str, float], None],
    ) -> None:
        self._faults = list(faults)
        self._now = now
        self._trace = trace
        self._crash = crash
        self.healed = False
        for number, fault in enumerate(self._faults):
            fault.begin(randomness.stream(f"fault {number} {fault.name}"))
        trace.watchers.append(self._saw)

    @property
    def struck(self) -> int:
        """How often a fault has struck so far."""
        return sum(fault.struck for fault in self._faults)

    def heal(self) -> None:
        """Break nothing any more."""
        self.healed = True

    def fate_of(self, call: Call) -> Fate | None:
        """Return what becomes of a call, or None for a call that goes well."""
        if self.healed or not self._faults:
            return None
        fate, now_s = Fate(), self._now()
        changed = [fault.fate(call, now_s, fate) for fault in self._faults]
        return fate if any(changed) else None

    def arrivals(self, consumer: str, subject: str) -> list[float]:
        """Return after how many seconds a message reaches a consumer; more than one: copies."""
        after_s = [0.0]
        if not self.healed:
            for fault in self._faults:
                fault.arrival(subject, consumer, self._now(), after_s)
        return after_s

    def _saw(self, event: TraceEvent) -> None:
        if self.healed:
            return
        for fault in self._faults:
            crash = fault.crash_after(event, self._now())
            if crash is not None:
                self._crash(*crash)
