"""The legs of messages, numbered from the first that a person sends: which is how slow."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import TYPE_CHECKING, Any, Final

from boxoffice.clock.randomness import Random, Steady

if TYPE_CHECKING:
    from boxoffice.world.tape import Schedule
    from boxoffice.world.world import World


# Logarithms of how many legs some are drawn among.  How many a run has is not known beforehand, and
# what matters is often early.
FEWEST: Final = 4
MOST: Final = 11


def drawn_legs(chance: Random, count: int) -> list[int]:
    """Draw so many legs, by their numbers."""
    return chance.sample(range(2 ** chance.randint(FEWEST, MOST)), count)


class Leg(Random):
    """What a link asks how long a message travels, beyond the least that it takes.

    Once it is seeded, as where chance is drawn anew, it is chance.
    """

    def __new__(cls, travel_s: Callable[[float], float]) -> "Leg":
        """Make one; `travel_s` is given the mean, in seconds."""
        return super().__new__(cls)

    def __init__(self, travel_s: Callable[[float], float]) -> None:
        super().__init__(0)
        self._travel_s: Callable[[float], float] | None = travel_s

    def expovariate(self, lambd: float = 1.0) -> float:
        """Return what the schedule says."""
        if self._travel_s is None:
            return super().expovariate(lambd)
        return self._travel_s(1.0 / lambd)

    def seed(self, *seed: Any, **options: Any) -> None:
        """Be chance from here on."""
        super().seed(*seed, **options)
        self._travel_s = None


class NumberedLegs:
    """A course that tells each leg by its number; before there are people, all are steady."""

    def __init__(self, schedule: "Schedule", world: "World") -> None:
        self._schedule = schedule
        self._people = world.people
        self._steady = Steady()
        self.legs = 0

    def link(self, name: str) -> Random:
        """Return what a link asks."""
        return Leg(self._next_s)

    def together(self) -> AbstractAsyncContextManager[object]:
        """Return what is entered while several things are done in the same instant."""
        return nullcontext()

    def again(self) -> "Schedule":
        """Return the schedule that plays the run again."""
        return self._schedule

    def went(self) -> Any:
        """Return how many legs there were."""
        return self.legs

    def _next_s(self, mean_s: float) -> float:
        if not self._people:
            return mean_s
        self.legs += 1
        return self.leg_s(self.legs - 1, mean_s)

    def leg_s(self, number: int, mean_s: float) -> float:
        """Return how long this leg takes, in seconds."""
        return mean_s
