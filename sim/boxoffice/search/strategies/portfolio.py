"""Several strategies in turns, since none finds everything."""

from collections.abc import Iterator, Sequence
from itertools import cycle
from typing import Any

from boxoffice.search.strategies.delays import DrawnDelays
from boxoffice.search.strategies.priorities import ByPriority
from boxoffice.search.strategies.strategy import Seeds, Strategy, Turn


class Portfolio:
    """A few delays every other time, else chance or priorities; each goes through the cases.

    Races show in several times as many runs where a few messages are slow and the others are not,
    and what needs no race shows there as often as by chance.
    """

    name = "auto"

    def __init__(self) -> None:
        delays = DrawnDelays()
        self._taken: Sequence[Strategy] = (Seeds(), delays, ByPriority(), delays)

    def turns(self, first: int) -> Iterator[Turn | None]:
        """Yield the turns of each; where one begins, the others do."""
        going = {id(it): it.turns(first) for it in self._taken}
        for strategy in cycle(self._taken):
            yield next(going[id(strategy)])

    def learn(self, turn: Turn, went: Any, verdict: str) -> None:
        """Learn nothing: none of them does."""

    def ending(self) -> str:
        """Say nothing: there is no end."""
        return ""
