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
    times = _times(outcome, invariant)
    known: dict[float, Moment] = {}
    differ, itself = dict[float, bool](), outcome.trace.sha256()
    wanted = [0.0, *_spread(times, FIRST)]
    for _ in range(rounds):
        for at_s, fates in _fates(case, wanted, count, jobs).items():
            failing = sum(invariant in fate.fell for fate in fates)
            known[at_s] = Moment(at_s, failing, len(fates))
            differ[at_s] = any(fate.trace != itself for fate in fates)
        tell(len(known))
        curve = [known[at_s] for at_s in sorted(known)]
        before, after = _rise(curve)
        wanted = _spread([it for it in times if before.at_s < it < after.at_s], MORE)
        if not wanted:
            break
    between = [it for it in outcome.trace.events if before.at_s < _after_s(it) <= after.at_s]
    settled_s = _settled_s(differ)
    freed = bool(case.tape.steady)
    return Likelihood(invariant, curve, before, after, between, settled_s, freed)


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
