"""Partitions of the network: hosts that are up and cannot hear each other.

A component of hosts is cut off from all others, or from those that are named.  Inside a component
everybody hears everybody.  As in Jepsen, a partition drops what crosses it, without a word to
either side, and heals.  https://jepsen-io.github.io/jepsen/jepsen.nemesis.html
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from boxoffice.net.calls import Call, Way
from boxoffice.trace.trace import Trace, TraceEvent


@dataclass(frozen=True, slots=True)
class Partition:
    """Who cannot hear whom, and for how many seconds; no `others` means everybody else.

    `one_way` is "out" if only what `hosts` send is lost, and "in" if only what they are sent is.
    It is cut `times` times, every `every_s` seconds.
    """

    hosts: tuple[str, ...]
    others: tuple[str, ...]
    lasts_s: float
    one_way: str = ""
    times: int = 1
    every_s: float = 0.0

    def cuts(self, sender: str, receiver: str) -> bool:
        """Tell whether what one sends to the other is lost.

        >>> Partition(("stock",), (), 5.0).cuts("ana", "stock")
        True
        >>> Partition(("stock",), ("nats",), 5.0).cuts("ana", "stock")
        False
        >>> deaf = Partition(("stock",), (), 5.0, "in")
        >>> deaf.cuts("ana", "stock"), deaf.cuts("stock", "ana")
        (True, False)
        """
        out, into = self._is_between(sender, receiver), self._is_between(receiver, sender)
        return (out and self.one_way != "in") or (into and self.one_way != "out")

    def _is_between(self, one: str, other: str) -> bool:
        if one not in self.hosts:
            return False
        return other in self.others if self.others else other not in self.hosts


class Partitions:
    """Those that have begun and not yet healed."""

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._over = False
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
        loop = asyncio.get_running_loop()
        loop.call_later(partition.lasts_s, self._heal, event.number)
        if partition.times > 1:
            rest = replace(partition, times=partition.times - 1)
            loop.call_later(partition.every_s, self._again, rest, because, swallowed)

    def heal(self) -> None:
        """Heal what is still open, and cut nothing again."""
        self._over = True
        for number in list(self._open):
            self._heal(number)

    def way_of(self, call: Call) -> Way:
        """Return the way of a call, at whose every leg the partitions are asked."""
        return _Way(self, self._trace, call)

    def between(self, sender: str, receiver: str) -> TraceEvent | None:
        """Return the beginning of what loses what one sends to the other now, if anything does."""
        for event, partition, swallowed in self._open.values():
            if partition.cuts(sender, receiver):
                swallowed()
                return event
        return None

    def _again(self, rest: Partition, *about: Any) -> None:
        if not self._over:
            self.begin(rest, *about)

    def _heal(self, number: int) -> None:
        if number in self._open:  # it may have been healed before its time
            _, partition, _ = self._open.pop(number)
            self._record("heal", number, partition)

    def _record(self, kind: str, cause: int | None, partition: Partition) -> TraceEvent:
        hosts, others = list(partition.hosts), list(partition.others) or None
        one_way = {"one_way": partition.one_way} if partition.one_way else {}
        return self._trace.record(hosts[0], kind, cause, hosts=hosts, others=others, **one_way)


class _Way:
    __slots__ = ("_call", "_partitions", "_trace")

    def __init__(self, partitions: Partitions, trace: Trace, call: Call) -> None:
        self._partitions = partitions
        self._trace = trace
        self._call = call

    def swallows(self, leg: str) -> bool:
        """Tell whether what is under way on this leg is lost, now; if so, record it."""
        call = self._call
        ends = call.source, call.target
        partition = self._partitions.between(*(ends if leg == "request" else reversed(ends)))
        if partition is None:
            return False
        event = {"to": call.target, "verb": call.verb, "about": call.about, "leg": leg}
        self._trace.record(call.source, "lost", None, partition=partition.number, **event)
        return True
