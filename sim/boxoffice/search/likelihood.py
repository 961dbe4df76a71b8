"""When a failure became likely: the share of futures that fail, over the time of the run.

All chance comes from named streams, so that drawing it anew from a moment on is another future of
the same past.  Where few fail before an event and most fail after it, the event matters.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from boxoffice.search.branching import futures
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

    `events` are those of the run that lie between the two.
    """

    invariant: str
    curve: Sequence[Moment]
    before: Moment
    after: Moment
    events: Sequence[TraceEvent]


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
    times = _times(outcome, invariant)
    known: dict[float, Moment] = {}
    wanted = [0.0, *_spread(times, FIRST)]
    for _ in range(rounds):
        for moment in _shares(case, invariant, wanted, count, jobs):
            known[moment.at_s] = moment
        tell(len(known))
        curve = [known[at_s] for at_s in sorted(known)]
        before, after = _rise(curve)
        wanted = _spread([it for it in times if before.at_s < it < after.at_s], MORE)
        if not wanted:
            break
    between = [it for it in outcome.trace.events if before.at_s < _after_s(it) <= after.at_s]
    return Likelihood(invariant, curve, before, after, between)


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


def _shares(
    case: Case, invariant: str, moments: Sequence[float], count: int, jobs: int
) -> list[Moment]:
    fell = futures(case, {at_s: range(1, count + 1) for at_s in moments}, jobs)
    found = []
    for at_s in moments:
        mine = [names for (moment_s, _), names in fell.items() if moment_s == at_s]
        if mine:
            found.append(Moment(at_s, sum(invariant in names for names in mine), len(mine)))
    return found


def _rise(curve: Sequence[Moment]) -> tuple[Moment, Moment]:
    pairs = list(pairwise(curve)) or [(curve[0], curve[0])]
    return max(pairs, key=lambda it: it[1].share - it[0].share)
