"""Messages that come twice, late, or in another order."""

from collections.abc import Sequence
from typing import Any

from boxoffice.faults.amounts import how_many, seconds
from boxoffice.faults.patterns import callers_now
from boxoffice.faults.schedule import Fault, Occasion, When
from boxoffice.faults.spelled import reproducible_repr


class _Duplicates(Fault):
    name = "duplicates"
    occasion = Occasion.MESSAGE

    def __init__(self, when: When, copies: int, within_s: float, after_s: float) -> None:
        super().__init__(when)
        self._copies = copies
        self._within_s = within_s
        self._after_s = after_s

    def alter_delivery(
        self, subject: str, consumer: str, now_s: float, after_s: list[float]
    ) -> None:
        if self.injects(subject, consumer, now_s, by=callers_now()):
            first = after_s[0] + self._after_s
            late_s = [self._random.uniform(0.0, self._within_s) for _ in range(self._copies)]
            after_s += [first + delay_s for delay_s in late_s]


class _Delays(Fault):
    name = "delays"
    occasion = Occasion.MESSAGE

    def __init__(self, when: When, by_s: Sequence[float]) -> None:
        super().__init__(when)
        self._by_s = by_s

    def alter_delivery(
        self, subject: str, consumer: str, now_s: float, after_s: list[float]
    ) -> None:
        if self.injects(subject, consumer, now_s, by=callers_now()):
            delay_s = self._by_s[(self.injected - 1) % len(self._by_s)]
            after_s[:] = [moment + delay_s for moment in after_s]


class _Gaps(_Delays):
    name = "gaps"


class _Reorders(Fault):
    name = "reorders"
    occasion = Occasion.MESSAGE

    def __init__(self, when: When, within_s: float) -> None:
        super().__init__(when)
        self._within_s = within_s

    def alter_delivery(
        self, subject: str, consumer: str, now_s: float, after_s: list[float]
    ) -> None:
        if self.injects(subject, consumer, now_s, by=callers_now()):
            after_s[0] += self._random.uniform(0.0, self._within_s)


@reproducible_repr
def duplicates(copies: int = 1, within_s: float = 0.5, after_s: float = 0.0, **when: Any) -> Fault:
    """Deliver messages `copies` times more, from `after_s` seconds later on, `within_s` at most."""
    how_many(copies=copies)
    seconds(within_s=within_s, after_s=after_s)
    return _Duplicates(When(**when), copies, within_s, after_s)


@reproducible_repr
def delays(by_s: float | Sequence[float] = 1.0, **when: Any) -> Fault:
    """Deliver messages `by_s` seconds late; a list is gone through, message by message."""
    each = list(by_s) if isinstance(by_s, Sequence) and not isinstance(by_s, str) else [by_s]
    if not each:
        raise ValueError("by_s is a number of seconds, or a list of some, and not an empty one")
    for one in each:
        seconds(by_s=one)
    return _Delays(When(**when), each)


@reproducible_repr
def gaps(by_s: float = 120.0, **when: Any) -> Fault:
    """Keep a message from its consumer for `by_s` seconds, so that later ones pile up before it."""
    seconds(by_s=by_s)
    return _Gaps(When(**when), [by_s])


@reproducible_repr
def reorders(within_s: float = 0.2, **when: Any) -> Fault:
    """Deliver each message up to `within_s` seconds late, so that they overtake each other."""
    seconds(within_s=within_s)
    return _Reorders(When(**when), within_s)
