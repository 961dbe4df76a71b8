"""Partitions of the network: hosts that are up and cannot hear each other.

A component of hosts is cut off from all others, or from those that are named.  Inside a component
everybody hears everybody.  As in Jepsen, a partition drops what crosses it, without a word to
either side, and heals.  https://jepsen-io.github.io/jepsen/jepsen.nemesis.html
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

from boxoffice.net.calls import Call, Way
from boxoffice.trace.trace import Trace, TraceEvent


@dataclass(frozen=True, slots=True)
class Partition:
    """Who cannot hear whom, and for how many seconds; no `others` means everybody else."""

    hosts: tuple[str, ...]
    others: tuple[str, ...]
    lasts_s: float

    def separates(self, one: str, other: str) -> bool:
        """Tell whether these two are on different sides.

        >>> Partition(("stock",), (), 5.0).separates("ana", "stock")
        True
        >>> Partition(("stock",), ("nats",), 5.0).separates("ana", "stock")
        False
        """
        return self._is_between(one, other) or self._is_between(other, one)

    def _is_between(self, one: str, other: str) -> bool:
        if one not in self.hosts:
            return False
        return other in self.others if self.others else other not in self.hosts


class Partitions:
    """Those that have begun and not yet healed."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._open: dict[int, tuple[TraceEvent, Partition, Callable[[], object]]] = {}

    def begin(
        self,
        partition: Partition,
        because: TraceEvent | None,
        swallowed: Callable[[], object] = lambda: None,
    ) -> None:
        """Cut, now, and heal when it is time; `swallowed` is told whenever something is lost."""
        cause = None if because is None else because.number
        event = self._record("partition", cause, partition)
        self._open[event.number] = event, partition, swallowed
        asyncio.get_running_loop().call_later(partition.lasts_s, self._heal, event.number)

    def heal(self) -> None:
        """Heal what is still open."""
        for number in list(self._open):
            self._heal(number)

    def way_of(self, call: Call) -> Way:
        """Return the way of a call, at whose every leg the partitions are asked."""
        return _Way(self, self._trace, call)

    def between(self, one: str, other: str) -> TraceEvent | None:
        """Return the beginning of what keeps these two apart now, and loses a call, if any does."""
        for event, partition, swallowed in self._open.values():
            if partition.separates(one, other):
                swallowed()
                return event
        return None

    def _heal(self, number: int) -> None:
        if number in self._open:  # it may have been healed before its time
            _, partition, _ = self._open.pop(number)
            self._record("heal", number, partition)

    def _record(self, kind: str, cause: int | None, partition: Partition) -> TraceEvent:
        hosts, others = list(partition.hosts), list(partition.others) or None
        return self._trace.record(hosts[0], kind, cause, hosts=hosts, others=others)


class _Way:
    __slots__ = ("_call", "_partitions", "_trace")

    def __init__(self, partitions: Partitions, trace: Trace, call: Call) -> None:
        self._partitions = partitions
        self._trace = trace
        self._call = call

    def swallows(self, leg: str) -> bool:
        """Tell whether what is under way on this leg is lost, now; if so, record it."""
        call = self._call
        partition = self._partitions.between(call.source, call.target)
        if partition is None:
            return False
        event = {"to": call.target, "verb": call.verb, "about": call.about, "leg": leg}
        self._trace.record(call.source, "lost", None, partition=partition.number, **event)
        return True
