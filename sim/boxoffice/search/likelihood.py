"""When a failure became likely: the share of futures that fail, over the time of the run.

All chance comes from named streams, so that drawing it anew from a moment on is another future of
the same past.  Where few fail before an event and most fail after it, the event matters.  A run
that was made small has links without whims; in its futures they have whims, or nothing would be
drawn at all.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from boxoffice.search.branching import Fate, futures
from boxoffice.search.case import Case
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.trace import TraceEvent

FIRST: Final = 10  # moments of the first look
MORE: Final = 4  # moments that are looked at between two, where the share rises
JUST_AFTER_S: Final = 0.5e-6  # what is recorded at a moment has happened at this one


@dataclass(frozen=True, slots=True)
class Moment:
    """How many of some futures fail from a moment on, in virtual seconds."""

    at_s: float
    failing: int
    futures: int

    @property
    def share(self) -> float:
        """The part of the futures that fail."""
        return self.failing / self.futures


@dataclass(frozen=True, slots=True)
class Likelihood:
    """The curve, by time; `before` and `after` are the two moments between which it rises most.

    `events` are those of the run that lie between the two.  From `settled_s` on, in virtual
    seconds, nothing is drawn: all futures are the run itself; None, if the last ones differ.
    Where links were steady and have whims in the futures, these are `freed`.
    """

    invariant: str
    curve: Sequence[Moment]
    before: Moment
    after: Moment
    events: Sequence[TraceEvent]
    settled_s: float | None = None
    freed: bool = False

    @property
    def rises(self) -> bool:
        """Whether it was ever less likely than later."""
        return self.after.share > self.before.share


def likelihood(
    case: Case,
    outcome: Outcome,
    invariant: str,
    count: int = 8,
    jobs: int = 1,
    rounds: int = 4,
    tell: Callable[[int], object] = lambda moments: None,
) -> Likelihood:
    """Return from when on `invariant` became likely to fall in a run that `outcome` came of.

    `count` futures are played from each moment, in `jobs` processes; after the first look the
    moments are refined, where it rises, in all `rounds` but the first.  `tell` is told how many
    moments are known.  Raises: as `boxoffice.run`.
    """
    freed = bool(case.tape.steady)
    curve = Curve(outcome, invariant, lambda moments: _fates(case, moments, count, jobs), rounds)
    while not curve.is_over:
        curve.look()
        tell(curve.moments)
    return curve.likelihood(freed)


class Curve:
    """A curve that is drawn a few moments at a time.

    `fates` tells what came of the futures of each of some moments, where there are any.
    """

    def __init__(
        self,
        outcome: Outcome,
        invariant: str,
        fates: "Callable[[Sequence[float]], Mapping[float, Sequence[Fate]]]",
        rounds: int,
    ) -> None:
        self._outcome, self._invariant, self._fates = outcome, invariant, fates
        self._times, self._itself = _times(outcome, invariant), outcome.trace.sha256()
        self._known, self._differ = dict[float, Moment](), dict[float, bool]()
        self._wanted = [0.0, *_spread(self._times, FIRST)]
        self._rounds = rounds

    @property
    def is_over(self) -> bool:
        """Whether there is nothing more to look at."""
        return not self._wanted

    @property
    def moments(self) -> int:
        """How many moments are known."""
        return len(self._known)

    def look(self, most: int | None = None) -> None:
        """Look at moments, at so many at `most`; after the last of a round, where it rises."""
        now, self._wanted = self._wanted[:most], [] if most is None else self._wanted[most:]
        for at_s, fates in self._fates(now).items():
            failing = sum(self._invariant in fate.fell for fate in fates)
            self._known[at_s] = Moment(at_s, failing, len(fates))
            self._differ[at_s] = any(fate.trace != self._itself for fate in fates)
        if not self._wanted and self._rounds > 1:
            self._rounds -= 1
            before, after = _rise(self._curve)
            between = [it for it in self._times if before.at_s < it < after.at_s]
            self._wanted = _spread(between, MORE)

    def likelihood(self, freed: bool = False) -> Likelihood:
        """Return the curve as far as it is known; `freed` links have whims in the futures alone."""
        curve = self._curve
        before, after = _rise(curve)
        events = self._outcome.trace.events
        between = [it for it in events if before.at_s < _after_s(it) <= after.at_s]
        settled_s = _settled_s(self._differ)
        return Likelihood(self._invariant, curve, before, after, between, settled_s, freed)

    @property
    def _curve(self) -> list[Moment]:
        return [self._known[at_s] for at_s in sorted(self._known)]


def _times(outcome: Outcome, invariant: str) -> list[float]:
    """Return the moments just after each event, up to the one that proves the fall."""
    events = outcome.trace.events
    proofs = [
        max(it.events) for it in outcome.violations if it.invariant == invariant and it.events
    ]
    last = min(proofs, default=len(events) - 1)
    return sorted({_after_s(it) for it in events if it.number <= last})


def _after_s(event: TraceEvent) -> float:
    return event.at_us / 1e6 + JUST_AFTER_S


def _spread(times: Sequence[float], count: int) -> list[float]:
    """Return so many of the moments, evenly, the last among them."""
    if len(times) <= count:
        return list(times)
    return [times[(nth + 1) * len(times) // count - 1] for nth in range(count)]


def _fates(case: Case, moments: Sequence[float], count: int, jobs: int) -> dict[float, list[Fate]]:
    """Return what came of the futures of each moment that has any."""
    wanted = {at_s: range(1, count + 1) for at_s in moments}
    fates = futures(case, wanted, jobs, freely=bool(case.tape.steady))
    found = {
        at_s: [fate for (moment_s, _), fate in fates.items() if moment_s == at_s]
        for at_s in moments
    }
    return {at_s: of_moment for at_s, of_moment in found.items() if of_moment}


def _settled_s(differ: Mapping[float, bool]) -> float | None:
    """Return the first moment from which on no future differs from the run."""
    last = max((at_s for at_s, it in differ.items() if it), default=-1.0)
    return min((at_s for at_s in differ if at_s > last), default=None)


def _rise(curve: Sequence[Moment]) -> tuple[Moment, Moment]:
    pairs = list(pairwise(curve)) or [(curve[0], curve[0])]
    return max(pairs, key=lambda it: it[1].share - it[0].share)
