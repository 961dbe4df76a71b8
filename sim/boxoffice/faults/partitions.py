"""Hosts that cannot hear each other, while all of them are up and remember everything."""

from collections.abc import Sequence
from dataclasses import replace
from math import inf
from typing import Any, Final

from boxoffice.clock.randomness import Random
from boxoffice.faults.amounts import how_many, lasting, names, seconds
from boxoffice.faults.disturbance import Disturbance
from boxoffice.faults.moments import moment_of
from boxoffice.faults.schedule import Fault, Occasion, When
from boxoffice.faults.spelled import reproducible_repr
from boxoffice.net.calls import Call
from boxoffice.net.partition import Partition
from boxoffice.trace.trace import TraceEvent

_OWN: Final = ("partition", "heal", "lost")  # what a partition says of itself begins none


class _Partitions(Fault):
    name = "partitions"

    def __init__(
        self, when: When, on: str, moment: str, partition: Partition, any_one: bool
    ) -> None:
        super().__init__(when)
        self.on = on
        self.moment = moment
        if moment:
            self.occasion = Occasion.CALL
        self.partitioned_hosts = (*partition.hosts, *partition.others)
        self._partition = partition
        self._any_one = any_one
        if partition.one_way:
            self.name = "one-way-partitions"
        elif partition.times > 1:
            self.name = "flapping"

    def begin(self, random: Random) -> None:
        super().begin(random)
        self._healed_s = -inf
        self._swallowed = False
        self.missed = ""

    def has_swallowed(self) -> None:
        """Take down that something was lost by it."""
        self._swallowed = True

    def disturbance(self) -> Disturbance:
        cut = self._partition
        return Disturbance(
            "cut",
            cut.hosts,
            cut.others,
            any_one=self._any_one,
            one_way=cut.one_way,
            lasts_s=cut.lasts_s,
            times=cut.times,
            every_s=cut.every_s,
        )

    def why_not(self) -> str:
        if self.injected and not self._swallowed:
            return f"it cut, and nothing crossed meanwhile{self.missed and f': {self.missed}'}"
        if not self.on and not self.moment and not self.matched:
            return "its time never came"
        return super().why_not()

    def moment_s(self) -> float | None:
        when = self.when
        if self.on or self.moment:
            return None
        if when.until_s == inf:
            return when.from_s
        return self._random.uniform(when.from_s, when.until_s)

    def partition_after(self, event: TraceEvent | None, now_s: float) -> Partition | None:
        if self.moment or now_s < self._healed_s or not self._is_struck(event, now_s):
            return None
        return self._cut(now_s)

    def partition_by(self, call: Call, now_s: float) -> Partition | None:
        if now_s < self._healed_s or not self.strikes_call(call, now_s):
            return None
        return self._cut(now_s)

    def _cut(self, now_s: float) -> Partition:
        cut = self._partition
        self._healed_s = now_s + cut.lasts_s + (cut.times - 1) * cut.every_s
        if not self._any_one:
            return cut
        return replace(cut, hosts=(self._random.choice(cut.hosts),))

    def _is_struck(self, event: TraceEvent | None, now_s: float) -> bool:
        if event is None:
            return self.injects("", "", now_s)
        return event.kind == self.on and self.injects_at(event, now_s)


@reproducible_repr
def partitions(
    *hosts: str,
    others: Sequence[str] = (),
    on: str = "",
    lasts_s: float = 5.0,
    any_one: bool = False,
    after: str = "",
    before: str = "",
    one_way: str = "",
    times: int = 1,
    every_s: float = 0.0,
    **when: Any,
) -> Fault:
    """Cut `hosts` off from `others`, or from everybody else, for `lasts_s` seconds.

    They hear each other, and so do all others; whatever crosses is lost, and the caller waits in
    vain.  With `any_one` only one of them is cut off, drawn from the seed.  It begins right after
    an event of kind `on` in the trace, or right `after` or `before` a driver's call, whoever makes
    it, as with `crashes`; without these at `from_s`, or at a moment drawn from the seed if there is
    an `until_s`.  A partition that lasts is not begun again.
    With `one_way="out"` only what they send is lost, what they are sent with "in": a request that
    arrives has its effect, and its answer never comes.  A link that flaps is cut several `times`,
    every `every_s` seconds, by default twice `lasts_s`.
    Raises: ValueError, without a host; for a host cut off from itself; for no duration; for more
    than one of `on`, `after` and `before`; for `of`, `at`, `by` or `nth` with none of them; for
    another way; for a cut before the last one has healed.
    """
    for host in hosts:
        names(host=host)
    if isinstance(others, str):
        raise ValueError(f"others is a list of hosts, not {others!r}")
    lasting(lasts_s=lasts_s)
    if not hosts:
        raise ValueError("name at least one host to cut off")
    if set(hosts) & set(others):
        raise ValueError(f"a host cannot be cut off from itself: {', '.join(hosts)}")
    if lasts_s <= 0.0:
        raise ValueError(f"lasts_s must be more than 0, not {lasts_s}")
    _check_ways(one_way, times, every_s, lasts_s)
    if on in _OWN:
        raise ValueError(f"{on!r} is what partitions record, and cannot begin one")
    if not (on or after or before) and when.keys() & {"of", "at", "by", "nth"}:
        raise ValueError("of, at, by and nth choose among events: say their kind with on")
    meant, moment = moment_of(on, after, before, when)
    every_s = every_s or (2 * lasts_s if times > 1 else 0.0)
    cut = Partition(hosts, tuple(others), lasts_s, one_way, times, every_s)
    return _Partitions(meant, on, moment, cut, any_one)


def _check_ways(one_way: str, times: int, every_s: float, lasts_s: float) -> None:
    if one_way not in ("", "out", "in"):
        raise ValueError(f"one_way is 'out' or 'in', not {one_way!r}")
    how_many(times=times)
    seconds(every_s=every_s)
    if times < 1:
        raise ValueError(f"times must be 1 or more, not {times}")
    if times > 1 and 0.0 < every_s <= lasts_s:
        raise ValueError(f"every_s must be more than lasts_s, {lasts_s}, not {every_s}")
