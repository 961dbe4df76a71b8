"""What a strategy is: it says which cases are played, and learns from what came of them."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any, Protocol

from boxoffice.world.tape import Schedule


@dataclass(frozen=True, slots=True)
class Turn:
    """A case to be played: by its number in the plan, with a schedule in place of chance.

    Where it is `calm`, no fault strikes.
    """

    number: int
    schedule: Schedule | None = None
    calm: bool = False


class Strategy(Protocol):
    """Where to look next."""

    name: str

    def turns(self, first: int) -> Iterator[Turn | None]:
        """Yield what is to be played, from a number on.

        None stands for what depends on runs that are not over yet; whoever has none of these under
        way has reached the end.
        """

    def learn(self, turn: Turn, went: Any, verdict: str) -> None:
        """Be told how the schedule of a run went, None without one, and what came of the run."""

    def ending(self) -> str:
        """Return in a sentence how far the search has come; "" if there is nothing to say."""


class Seeds:
    """Chance alone: one seed after the other."""

    name = "random"

    def turns(self, first: int) -> Iterator[Turn | None]:
        """Yield each case of the plan once."""
        yield from map(Turn, count(first))

    def learn(self, turn: Turn, went: Any, verdict: str) -> None:
        """Learn nothing."""

    def ending(self) -> str:
        """Say nothing: there are seeds without end."""
        return ""
