"""Puts the faults of a run where the world asks for them."""

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from contextvars import Context

from boxoffice.clock.randomness import Randomness
from boxoffice.faults.blows import Blow
from boxoffice.faults.patterns import kind_of_call
from boxoffice.faults.poison import Garbage
from boxoffice.faults.schedule import Fault
from boxoffice.net.calls import Call, CallFault
from boxoffice.net.partition import Partition, Partitions
from boxoffice.trace.trace import Trace, TraceEvent


class Faults:
    """All faults of one world, until it is healed.

    `crash` is called with a host's name and for how many seconds it stays away, and is told before
    it goes, if it is; with `at_once` it goes before anything else happens.  `find` is asked for
    each host that is to be cut off, and raises ValueError if there is none of that name.
    `deal` does to a host what is asked for, `at_once` or once what is being done is done.
    `fail_over` is called with a server's name, in how many seconds, and how many it loses; it is
    one of `copied`, which gives the kind of each by its name.  Raises: ValueError.
    """

    def __init__(
        self,
        faults: Sequence[Fault],
        randomness: Randomness,
        trace: Trace,
        now: Callable[[], float],
        crash: Callable[..., None],
        find: Callable[[str], object] = lambda name: None,
        fail_over: Callable[[str, float, float], None] = lambda name, after_s, loses_s: None,
        copied: Mapping[str, str] | None = None,
    ) -> None:
        for number, fault in enumerate(faults):
            fault.begin(randomness.stream(f"fault {number} {fault.name}"))
        self.every = tuple(faults)  # also those of which nothing is kept
        self._faults = [fault for fault in faults if fault.kept != frozenset()]
        self._now = now
        self._trace = trace
        self._crash = crash
        self._find = find
        self._fail_over = fail_over
        self._copied = copied = copied or {}
        self._partitions = Partitions(trace)
        # Only where a partition may come have calls a way that is asked at every leg.
        self._cutting = [it for it in self._faults if _has(it, "partition_after")]
        self._waiting = list(self._cutting)
        self._losing = [it for it in self._faults if _has(it, "fail_over")]
        if not all(any(it.lag_s(*each) for each in copied.items()) for it in self._losing):
            raise ValueError(f"only these have a copy to fail over to: {', '.join(copied)}")
        # Each occasion is asked of those alone to which it may be one: there are very many.
        self._altering = [it for it in self._faults if _has(it, "alter_call")]
        self._delaying = [it for it in self._faults if _has(it, "alter_delivery")]
        self._watching = [
            it
            for it in self._faults
            if any(_has(it, what) for what in ("crash_after", "garbage_after", "blow_after"))
        ]
        crashing = [it for it in self._faults if _has(it, "crash_by") or _has(it, "blow_by")]
        self._crashing = {
            moment: [it for it in crashing if it.moment == moment] for moment in ("before", "after")
        }
        self._waits = any(it.moment == "after" for it in self._faults)
        self._concerned: dict[Hashable, tuple[Sequence[Fault], Sequence[Fault]]] = {}
        self._concerned_at: Mapping[str, dict[Hashable, Sequence[Fault]]] = {
            "before": {},
            "after": {},
        }
        self._threads = [it for it in self._faults if _has(it, "thread_s")]
        self._skewing = [it for it in self._faults if it.clock_of]
        self._skewed_s: dict[str, float] = {}
        self.healed = False
        self.put: Callable[[Garbage], object] | None = None  # garbage, where a world has a stream
        self.deal: Callable[[Blow, bool], object] = lambda blow, at_once: None
        self.poisoned = False
        self._putting = False
        trace.watchers.append(self._saw)

    @property
    def each(self) -> tuple[Fault, ...]:
        """The faults, in their order."""
        return tuple(self._faults)

    @property
    def injected(self) -> int:
        """How often a fault has struck so far."""
        return sum(fault.injected for fault in self._faults)

    def lag_s(self, server: str) -> float:
        """Return by how many seconds a server's copies are behind it; 0 for none."""
        kind = self._copied.get(server, "")
        return max((fault.lag_s(server, kind) for fault in self._faults), default=0.0)

    def skew_s(self, host: str) -> float:
        """Return by how many seconds a host's clock is ahead; what changes is told to the trace."""
        if not self._skewing:
            return 0.0
        now_s, faults = self._now(), () if self.healed else self._skewing
        skew_s = sum(fault.skew_s(host, now_s) for fault in faults)
        if skew_s != self._skewed_s.get(host, 0.0):
            self._skewed_s[host] = skew_s
            self._trace.record(host, "skew", by_s=skew_s)
        return skew_s

    @property
    def slows_threads(self) -> bool:
        """Whether anything that a thread is given may take its time."""
        return bool(self._threads)

    def thread_s(self, function: str, host: str, service: str) -> float:
        """Return for how many seconds a thread of a host is at a function; a trace is told."""
        now_s, faults = self._now(), () if self.healed else self._threads
        late_s = round(sum(it.thread_s(function, host, service, now_s) for it in faults), 6)
        if late_s:
            self._trace.record(host, "late", to=host, verb=function, about="", s=late_s)
        return late_s

    @property
    def done(self) -> Callable[[Call], None] | None:
        """What is to be told of each call that had its effect, if some fault waits for one."""
        return self._after if self._waits else None

    def heal(self) -> None:
        """Break nothing any more, and mend what is broken."""
        self.healed = True
        self._partitions.heal()

    def fault_for(self, call: Call) -> CallFault | None:
        """Return what becomes of a call, or None for a call that goes well."""
        if self.healed or not self._faults:
            return None
        now_s, like = self._now(), kind_of_call(call)
        if self._crash_by(call, like, "before"):
            return None  # nothing leaves a host that is gone
        self._cut_by(call, "before")
        altering, losing = self._concerned_by(call, like)
        for fault in losing:
            moved = fault.fail_over(call, now_s)
            if moved is not None:
                self._fail_over(call.target, *moved)
        if not altering and not self._cutting:
            return None
        call_fault = CallFault()
        changed = [it.alter_call(call, now_s, call_fault) for it in altering]
        if self._cutting:
            self._await_moments()
            call_fault.way = self._partitions.way_of(call)
            return call_fault
        return call_fault if any(changed) else None

    def _concerned_by(self, call: Call, like: Hashable) -> tuple[Sequence[Fault], Sequence[Fault]]:
        """Return which faults may alter this call, and by which its target may fail over."""
        if like not in self._concerned:
            losing = self._losing if call.target in self._copied else []
            altering, moving = (
                [it for it in each if it.is_concerned(call)] for each in (self._altering, losing)
            )
            self._concerned[like] = altering, moving
        return self._concerned[like]

    @property
    def keep_messages(self) -> bool:
        """Whether one of the faults keeps messages on their way."""
        return bool(self._delaying)

    def delivery_delays(self, consumer: str, subject: str) -> list[float]:
        """Return after how many seconds a message reaches a consumer; more than one: copies."""
        after_s = [0.0]
        if not self.healed:
            for fault in self._delaying:
                fault.alter_delivery(subject, consumer, self._now(), after_s)
        return after_s

    def _after(self, call: Call) -> None:
        self._crash_by(call, kind_of_call(call), "after")
        self._cut_by(call, "after")

    def _cut_by(self, call: Call, moment: str) -> None:
        for fault in self._cutting:
            if fault.moment == moment and not self.healed:
                self._begin(fault, fault.partition_by(call, self._now()), None)

    def _crash_by(self, call: Call, like: Hashable, moment: str) -> bool:
        if self.healed:
            return False
        gone, concerned = False, self._concerned_at[moment]
        if like not in concerned:
            concerned[like] = [it for it in self._crashing[moment] if it.is_concerned(call)]
        for fault in concerned[like]:
            crash = fault.crash_by(call, self._now())
            if crash is not None:
                self._crash(*crash, at_once=True)
                gone |= len(crash) == 2
            self._strike(fault.blow_by(call, self._now()), at_once=True)
        return gone

    def _saw(self, event: TraceEvent) -> None:
        if self.healed:
            return
        now_s = self._now()
        for fault in self._watching:
            crash = fault.crash_after(event, now_s)
            if crash is not None:
                self._crash(*crash)
            self._strike(fault.blow_after(event, now_s))
            garbage = None if self._putting else fault.garbage_after(event, now_s)
            if garbage is not None and self.put is not None:
                # Not within the act that it comes after, and nobody's doing.
                asyncio.get_running_loop().call_soon(self._put, garbage, context=Context())
        for fault in self._cutting:
            self._cut(fault, event, now_s)

    def _strike(self, blow: Blow | None, at_once: bool = False) -> None:
        if blow is not None:
            self.deal(blow, at_once)

    def _put(self, garbage: Garbage) -> None:
        assert self.put is not None, "whoever asks for garbage has somewhere to put it"
        self.poisoned = self._putting = True
        try:
            self.put(garbage)
        finally:
            self._putting = False

    def _cut(self, fault: Fault, event: TraceEvent | None, now_s: float) -> None:
        if not self.healed:
            self._begin(fault, fault.partition_after(event, now_s), event)

    def _begin(self, fault: Fault, partition: Partition | None, event: TraceEvent | None) -> None:
        if partition is None:
            return
        fault.missed = ""
        try:
            for name in (*partition.hosts, *partition.others):
                self._find(name)
        except ValueError as error:  # who is not there yet may come meanwhile
            fault.missed = str(error)
        self._partitions.begin(partition, event, fault.has_swallowed)

    def _await_moments(self) -> None:
        # The first call of a world is at its very beginning, and there is no loop before it.
        while self._waiting:
            fault = self._waiting.pop(0)
            moment_s = fault.moment_s()
            if moment_s is not None:
                loop = asyncio.get_running_loop()
                loop.call_at(moment_s, self._cut, fault, None, moment_s)


def _has(fault: Fault, occasion: str) -> bool:
    """Tell whether a fault has a method of its own for an occasion."""
    return getattr(type(fault), occasion) is not getattr(Fault, occasion)
