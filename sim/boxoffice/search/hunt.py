"""A hunt: how long it takes to find a mistake that is known, and how small it can be told.

Many of them are hunted side by side, each in a process, so time is the processor's and not the
clock's: a figure means the same however many there are.
"""

from collections.abc import Generator, Sequence
from concurrent.futures import as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace

from boxoffice.misuse import Misuse
from boxoffice.search.campaign import Plan, explore
from boxoffice.search.copies import copies, end
from boxoffice.search.played import Played
from boxoffice.search.shrinking import Shrunk, shrunk_again
from boxoffice.search.strategies.portfolio import Portfolio

_plans: Sequence[Plan] = ()  # of the hunts under way, for the processes that are copies of this one


@dataclass(frozen=True, slots=True)
class Hunt:
    """What came of a hunt: the run that fell, if one did, in how many runs and processor seconds.

    `steps` are the deeds and the injected faults of the smallest run; `story` tells it.
    """

    run: Played | None
    runs: int
    processor_s: float
    undecided: int = 0
    deeds: int = 0
    strikes: int = 0
    events: int = 0
    shrinking_s: float = 0.0
    shrinking_runs: int = 0
    is_minimal: bool = False
    kinds: Sequence[str] = field(default=())  # of the faults that are left

    @property
    def steps(self) -> int:
        """How many deeds and injected faults are left."""
        return self.deeds + self.strikes


def hunt(plan: Plan, processor_s: float, shrink_s: float) -> Hunt:
    """Play cases until one falls, as `explore` does by default, and make that one small.

    `processor_s` bounds the processor seconds of the runs, `shrink_s` the wall seconds after that.
    """
    campaign = explore(plan, processor_s=processor_s, strategy=Portfolio())
    found = next(iter(campaign.fell.values()), None)
    hunted = Hunt(found, campaign.runs, campaign.processor_s, campaign.undecided)
    if found is None or not shrink_s:
        return hunted
    shrunk = shrunk_again(plan.again(found), shrink_s)
    return hunted if shrunk is None else _with(hunted, shrunk)


def hunts(
    plans: Sequence[Plan], processor_s: float, shrink_s: float, jobs: int
) -> Generator[tuple[int, Hunt]]:
    """Hunt in each plan, `jobs` at once; yield the number of the plan, and what came of it.

    Whoever closes the iterator ends what is still hunted.  Raises: Misuse, for a process that died.
    """
    global _plans
    _plans = plans
    pool = copies(jobs)
    try:
        running = {
            pool.submit(_hunt, number, processor_s, shrink_s): number
            for number in range(len(plans))
        }
        for done in as_completed(running):
            yield running[done], done.result()
    except BrokenProcessPool as error:
        raise Misuse(f"a process that hunted has died: {error}") from None
    finally:
        end(pool)
        _plans = ()


def _hunt(number: int, processor_s: float, shrink_s: float) -> Hunt:
    return hunt(_plans[number], processor_s, shrink_s)


def _with(hunted: Hunt, shrunk: Shrunk) -> Hunt:
    kinds = [it.kind for it in shrunk.outcome.faults if it.times]
    return replace(
        hunted,
        deeds=shrunk.deeds,
        strikes=shrunk.strikes,
        events=len(shrunk.outcome.trace.events),
        shrinking_s=shrunk.seconds,
        shrinking_runs=shrunk.runs,
        is_minimal=shrunk.is_minimal,
        kinds=tuple(dict.fromkeys(kinds)),
    )
