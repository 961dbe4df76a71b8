"""Probabilistic concurrency testing: few change points, and a bug of that depth is likely found.

Each actor, a task that sends messages, has a priority.  Who has a high one is answered at once, who
has a low one waits, so that the others come to their ends meanwhile.  At each of `depth` - 1 legs,
drawn beforehand, the actor that has come there falls below all others.
Source: Burckhardt, Kothari, Musuvathi and Nagarakatte, A Randomized Scheduler with Probabilistic
Guarantees of Finding Bugs, ASPLOS 2010.  Their guarantee is for schedules that let nobody run
before those of higher priority wait; here time passes, and the lowest is slow and not stopped.
"""

import asyncio
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Any, Final

from boxoffice.clock.randomness import Course, Random
from boxoffice.search.strategies.legs import NumberedLegs, drawn_legs
from boxoffice.search.strategies.strategy import Turn

if TYPE_CHECKING:
    from boxoffice.world.world import World

DEPTHS: Final = (2, 3, 4)  # most bugs that are known need no more ordering constraints than these
# Of one leg, in seconds.  A call has two, and is given up after 5 s.
FASTEST_S: Final = 0.0001
SLOWEST_S: Final = 0.5
_FURTHER_S: Final = 0.2  # by which each who falls is below the one who fell before

_actor: ContextVar[str] = ContextVar("actor", default="")  # whose call it is that is answered


@dataclass(frozen=True, slots=True)
class Priorities:
    """Priorities and change points, drawn from a salt."""

    depth: int
    salt: int

    def __str__(self) -> str:
        return f"pct:{self.depth}:{self.salt}"

    def begin(self, world: "World") -> Course:
        """Have a world that has not started be scheduled so."""
        return _Course(self, world)


class _Course(NumberedLegs):
    def __init__(self, schedule: Priorities, world: "World") -> None:
        super().__init__(schedule, world)
        self._chance = Random(str(schedule))
        changes = drawn_legs(self._chance, schedule.depth - 1)
        self._falls = {at: SLOWEST_S + _FURTHER_S * nth for nth, at in enumerate(changes)}
        self._travel_s: dict[str, float] = {}

    def leg_s(self, number: int, mean_s: float) -> float:
        """Return how long this leg takes, in seconds, by whose it is."""
        actor = _at_work()
        if number in self._falls:
            self._travel_s[actor] = self._falls[number]
        if actor not in self._travel_s:
            self._travel_s[actor] = FASTEST_S * (SLOWEST_S / FASTEST_S) ** self._chance.random()
        return self._travel_s[actor]


def _at_work() -> str:
    # An answer travels for whoever asked: it is sent in the context of the call.
    task = asyncio.current_task()
    if task is not None:
        _actor.set(task.get_name())
    return _actor.get()


class ByPriority:
    """Each case of the plan once, with priorities of its own, and depths in turns."""

    name = "pct"

    def turns(self, first: int) -> Iterator[Turn | None]:
        """Yield each case once."""
        for number in count(first):
            yield Turn(number, Priorities(DEPTHS[number % len(DEPTHS)], number))

    def learn(self, turn: Turn, went: Any, verdict: str) -> None:
        """Learn nothing."""

    def ending(self) -> str:
        """Say nothing: there are salts without end."""
        return ""
