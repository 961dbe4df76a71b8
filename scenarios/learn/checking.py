"""Plays a learner's shop on a rung, and on all rungs below it, until something falls."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from boxoffice import Outcome, Verdict
from boxoffice.errors import Misuse
from boxoffice.search import Case, Shrunk, fallen, shrink
from scenarios.learn.mistakes import Mistake
from scenarios.learn.promises import RUNS
from scenarios.learn.rungs import RUNGS, Rung
from scenarios.learn.source import Source, source_of

FIRST_SEED: Final = 1
AGAIN: Final = 4  # a rung below is played with as many times fewer seeds
SHRINK_S: Final = 20.0
SOUND: Final = (Verdict.HOLDS, Verdict.VACUOUS)  # of one run; the whole bar has tested everything

Tell = Callable[[Rung, int, int], object]


@dataclass(frozen=True)
class Result:
    """What came of a check: it holds, or where it fell, after `runs` of the stories of that rung.

    `promise` is the invariant that fell, `said` how; `shrunk` is the smallest story, if one tells
    it.  `mistake` is one of the code itself.
    """

    asked: Rung
    rung: Rung
    runs: int
    played: int
    promise: str = ""
    said: str = ""
    shrunk: Shrunk | None = None
    mistake: str = ""
    printed: Sequence[str] = field(default=())

    @property
    def holds(self) -> bool:
        """Whether the rung is passed."""
        return not (self.promise or self.mistake)

    @property
    def outcome(self) -> Outcome | None:
        """The smallest run that falls, for `scenarios.lab.show` and reports."""
        if self.shrunk is None:
            return None
        return replace(self.shrunk.outcome, bug="yours", stand_in="with your shop", size=None)

    def __str__(self) -> str:
        from scenarios.learn.telling import told

        return told(self)

    __repr__ = __str__


def check(
    rung: Rung,
    given: str | Source,
    seeds: int | None = None,
    tell: Tell = lambda rung, run, of: None,
    shrink_s: float = SHRINK_S,
) -> Result:
    """Play code, or what is in a file, on all rungs up to this one.

    `seeds` stands in for the bar's, and `tell` hears before each run which it is.
    """
    try:
        source = given if isinstance(given, Source) else source_of(given)
    except Mistake as mistake:
        return Result(rung, rung, 0, 0, RUNS.name, mistake=str(mistake))
    played = 0
    for each, count in _plan(rung, seeds):
        story = each.story(source)
        for number in range(1, count + 1):
            tell(each, number, count)
            case = Case(story, FIRST_SEED + number - 1, size=each.minutes)
            played += 1
            try:
                outcome = case.play()
            except Misuse:
                raise
            except Exception as error:  # whatever has no end, say
                said = " ".join(str(error).split())
                return Result(rung, each, number, played, RUNS.name, mistake=said)
            if outcome.verdict not in SOUND:
                return _fallen(Result(rung, each, number, played), case, outcome, shrink_s)
    return Result(rung, rung, count, played)


def _plan(rung: Rung, seeds: int | None) -> Iterator[tuple[Rung, int]]:
    for each in RUNGS:
        bar = seeds or each.seeds
        if each == rung:
            return (yield each, bar)
        yield each, max(1, bar // AGAIN)


def _fallen(so_far: Result, case: Case, outcome: Outcome, shrink_s: float) -> Result:
    at = so_far.asked, so_far.rung, so_far.runs, so_far.played
    fell = fallen(outcome)
    if not fell:  # it is still at work, so that nothing can be said
        undecided = next(it for it in outcome.judgements if it.verdict is Verdict.UNDECIDED)
        return Result(*at, undecided.invariant, undecided.untested)
    if fell[0] == RUNS.name:
        said = next(it.message for it in outcome.violations if it.invariant == RUNS.name)
        return Result(*at, RUNS.name, mistake=said, printed=_printed(outcome))
    shrunk = shrink(case, outcome, within_s=shrink_s)
    said = next(it.message for it in shrunk.outcome.violations if it.invariant == fell[0])
    return Result(*at, fell[0], said, shrunk, printed=_printed(shrunk.outcome))


def _printed(outcome: Outcome) -> list[str]:
    from scenarios.learn.service import PRINTED

    return [str(it["said"]) for it in outcome.trace.of_kind("log") if it["what"] == PRINTED]
