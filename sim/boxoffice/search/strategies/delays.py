"""Delay-bounded search: links are steady, and a few legs are slow, all sets of them in turn.

No set of more legs comes before all of fewer, so that what is found needs the fewest there are.
Source: Emmi, Qadeer and Rakamarić, Delay-Bounded Scheduling, POPL 2011.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from boxoffice.clock.randomness import Course, Random
from boxoffice.search.strategies.legs import NumberedLegs, drawn_legs
from boxoffice.search.strategies.strategy import Turn

if TYPE_CHECKING:
    from boxoffice.world.world import World

DELAY_S: Final = 0.3  # of one leg: whoever began with it has come to an end by then
MOST: Final = 2  # delays in one run


@dataclass(frozen=True, slots=True)
class Delays:
    """Which legs are slow, by their numbers."""

    at: tuple[int, ...] = ()

    def __str__(self) -> str:
        return f"delays:{','.join(map(str, self.at))}"

    def begin(self, world: "World") -> Course:
        """Have a world that has not started be scheduled so."""
        return _Course(self, world)


class _Course(NumberedLegs):
    def __init__(self, schedule: Delays, world: "World") -> None:
        super().__init__(schedule, world)
        self._slow = frozenset(schedule.at)

    def leg_s(self, number: int, mean_s: float) -> float:
        """Return how long this leg takes, in seconds."""
        return mean_s + DELAY_S if number in self._slow else mean_s


class DelayBounded:
    """All sets of up to `most` delays for each of the first `cases` cases of the plan, in turns."""

    name = "delays"

    def __init__(self, cases: int = 1, most: int = MOST) -> None:
        self._cases = cases
        self._most = most
        self._next: deque[Turn] = deque()
        self._under_way = 0
        self._done = 0

    def turns(self, first: int) -> Iterator[Turn | None]:
        """Yield all runs without a delay, then with one, and so on."""
        self._next.extend(Turn(first + nth, Delays()) for nth in range(self._cases))
        while self._next or self._under_way:
            if not self._next:
                yield None
                continue
            self._under_way += 1
            yield self._next.popleft()

    def learn(self, turn: Turn, went: Any, verdict: str) -> None:
        """Learn how many legs a run had, each of which may be slow as well."""
        self._under_way -= 1
        self._done += 1
        at = turn.schedule.at if isinstance(turn.schedule, Delays) else ()
        if len(at) < self._most:
            later = range(at[-1] + 1 if at else 0, went or 0)
            self._next.extend(Turn(turn.number, Delays((*at, leg))) for leg in later)

    def ending(self) -> str:
        """Return whether all sets were played."""
        scope = f"of up to {self._most} delays of {DELAY_S:g} s, links steady otherwise"
        if self._next or self._under_way:
            return f"not exhausted: {self._done} sets {scope}, and there are more"
        return f"exhausted: all {self._done} sets {scope}"


class DrawnDelays:
    """Each case of the plan once, with up to `most` delays at legs that are drawn."""

    name = "drawn delays"

    def __init__(self, most: int = 3) -> None:
        self._most = most

    def turns(self, first: int) -> Iterator[Turn | None]:
        """Yield each case once."""
        for number in count(first):
            chance = Random(f"{self.name}/{number}")
            legs = drawn_legs(chance, chance.randint(1, self._most))
            yield Turn(number, Delays(tuple(sorted(legs))))

    def learn(self, turn: Turn, went: Any, verdict: str) -> None:
        """Learn nothing."""

    def ending(self) -> str:
        """Say nothing: there are draws without end."""
        return ""
