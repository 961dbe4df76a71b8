"""A schedule that says which of the messages under way arrives next."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from boxoffice.clock.randomness import Course
    from boxoffice.search.strategies.partial.touches import Touch
    from boxoffice.world.world import World


@dataclass(frozen=True, slots=True)
class Arrivals:
    """From the `nth` time on that a story does things together, until all of that is over.

    `choices` has those steps at which another leg than the first arrives: which, by its place in
    the pool.  With `whole`, what services do of their own accord is scheduled as well; else it is
    done at once.  `asleep` are legs, by number, that need not arrive at the step `until` nor before
    something that they can be told from has come.
    """

    nth: int
    choices: tuple[tuple[int, int], ...] = ()
    whole: bool = False
    until: int = 0
    asleep: "Mapping[int, tuple[Touch, ...]]" = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        chosen = ",".join(f"{step}.{place}" for step, place in self.choices)
        return f"por:{self.nth}{'w' if self.whole else ''}:{chosen}"

    @classmethod
    def parse(cls, text: str) -> "Arrivals":
        """Return what a text says that has lost its kind.  Raises: ValueError.

        >>> str(Arrivals.parse("2w:3.1,7.2"))
        'por:2w:3.1,7.2'
        """
        nth, _, chosen = text.partition(":")
        pairs = [it.split(".") for it in chosen.split(",") if it]
        choices = tuple((int(step), int(place)) for step, place in pairs)
        return cls(int(nth.removesuffix("w")), choices, nth.endswith("w"))

    def begin(self, world: "World") -> "Course":
        """Have a world that has not started be scheduled so."""
        from boxoffice.search.strategies.partial.control import Control

        return Control(self, world)
