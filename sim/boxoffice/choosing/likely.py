"""When it became likely: of each moment futures, in which happens what was picked before it."""

from collections.abc import Sequence
from typing import Final

from boxoffice.choosing.place import Place, with_picks
from boxoffice.search.branching import Fate, futures
from boxoffice.search.case import fallen
from boxoffice.search.likelihood import Curve, Likelihood

FUTURES: Final = 4  # of each moment
ROUNDS: Final = 3
MOMENTS: Final = 2  # at a time: whoever waits sees how far it is


class When:
    """The curve of a run that fell, drawn a few moments at a time."""

    def __init__(self, place: Place) -> None:
        self._place = place
        outcome = place.run.outcome
        self.invariant = fallen(outcome)[0]
        self._curve = Curve(outcome, self.invariant, self._fates, ROUNDS)

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to look at."""
        return self._curve.is_over

    @property
    def moments(self) -> int:
        """How many moments are known."""
        return self._curve.moments

    @property
    def likelihood(self) -> Likelihood:
        """The curve, as far as it is known."""
        return self._curve.likelihood(bool(self._place.base.tape.steady))

    def more(self) -> None:
        """Look at some more moments."""
        if not self.is_over:
            self._curve.look(MOMENTS)

    def _fates(self, moments: Sequence[float]) -> dict[float, list[Fate]]:
        found = dict[float, list[Fate]]()
        for at_s in moments:
            events, picks = self._place.run.events, self._place.picks
            made = [it for it in picks if events[it.event].at_us / 1e6 < at_s]
            case = with_picks(self._place.base, made)
            # In a notebook's process are threads, and a copy of it would have none.
            salts = {at_s: range(1, FUTURES + 1)}
            fates = futures(case, salts, freely=bool(case.tape.steady), copied=False)
            if fates:
                found[at_s] = list(fates.values())
        return found
