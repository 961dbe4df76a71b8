"""What a campaign remembers of a run; small enough to be sent from one process to another."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from boxoffice.clock.stopwatch import processor_s
from boxoffice.misuse import Misuse
from boxoffice.search.case import Case, fallen
from boxoffice.search.mishap import in_a_line
from boxoffice.search.shapes import shapes_of
from boxoffice.search.strategies.strategy import Turn
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.verdict import Verdict
from boxoffice.world.tape import Schedule
from boxoffice.world.world import World

RAISED = "raised"  # what fell, where a run ended with an error of its own
ANOTHER = "the same again"  # what fell, where one case has had two traces


@dataclass(frozen=True, slots=True)
class Played:
    """One run of a campaign: what fell, what was put to the test, where it came through.

    `processor_s` is what it cost, `called` how often a twin's stand-in was called, and `asked` how
    often each fault struck that was asked for beside the scenario's.  `said` is the first breach in
    words.  `turn` is the strategy's for which it was played, `schedule` plays it again, and `went`
    is for the strategy to know.  `trace` is the digest of all that happened, if it was compared.
    """

    seed: int
    scenario: str
    verdict: str
    fell: Sequence[str] = ()
    said: str = ""
    tested: Sequence[str] = ()
    untested: Sequence[str] = ()
    reached: Sequence[str] = ()
    unreached: Sequence[str] = ()
    struck: Mapping[str, int] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    shapes: frozenset[int] = frozenset()
    processor_s: float = 0.0
    called: int | None = None
    asked: Mapping[str, int] = field(default_factory=dict)
    turn: Turn | None = None
    schedule: Schedule | None = None
    went: Any = None
    trace: str = ""
    is_twice: bool = False


def play(case: Case, turn: Turn | None = None, twice: bool = False) -> Played:
    """Play a case; an error that ends the run is a finding as well.

    `twice` plays it once more, and another trace is a finding: one seed has one trace.
    Raises: Misuse, since what is asked for wrongly is nobody's fault but the asker's.
    """
    if not twice:
        return _once(case, turn)
    run, again = _once(case, turn, is_compared=True), _once(case, turn, is_compared=True)
    is_compared = bool(run.trace or run.said)  # of a trace that is not kept nothing can be said
    spent_s = run.processor_s + again.processor_s
    run = replace(run, processor_s=spent_s, is_twice=is_compared)
    if (run.trace, run.said) == (again.trace, again.said):
        return run
    if run.trace == again.trace:  # what is said may hold what no event does: an address, say
        said = f"it said {run.said!r}, and {again.said!r} when it was played again"
    else:
        was, is_ = (f"the trace {it.trace[:12]}" if it.trace else it.said for it in (run, again))
        said = f"it had {was}, and {is_} when it was played again"
    return replace(run, verdict=str(Verdict.ERROR), fell=(ANOTHER, *run.fell), said=said)


def _once(case: Case, turn: Turn | None, is_compared: bool = False) -> Played:
    begun_s, worlds = processor_s(), list[World]()
    try:
        outcome = case.play(begun=worlds.append)
    except Misuse:
        raise
    except Exception as error:
        return Played(
            case.seed,
            case.scenario.name,
            str(Verdict.ERROR),
            (RAISED,),
            in_a_line(error),
            processor_s=processor_s() - begun_s,
            turn=turn,
            **_course(worlds),
        )
    run = replace(_told(case, outcome, begun_s), turn=turn, **_course(worlds))
    kept = is_compared and outcome.trace.events.are_kept
    return replace(run, trace=outcome.trace.sha256()) if kept else run


def _course(worlds: list[World]) -> dict[str, Any]:
    course = worlds[0].randomness.course if worlds else None
    return {} if course is None else {"schedule": course.again(), "went": course.went()}


def _told(case: Case, outcome: Outcome, begun_s: float) -> Played:
    fell = fallen(outcome)
    found = (it.message for it in outcome.violations if fell and it.invariant == fell[0])
    said = next(found, _undecided(outcome))
    never = [it.invariant for it in outcome.judgements if it.verdict is Verdict.VACUOUS]
    struck = Counter[str]()
    for fault in outcome.faults:
        if fault.times:
            struck[fault.kind] += fault.times
    return Played(
        seed=case.seed,
        scenario=case.scenario.name,
        verdict=str(outcome.verdict),
        fell=fell,
        said=said,
        tested=[it.invariant for it in outcome.judgements if it.invariant not in never],
        untested=never,
        reached=outcome.reached,
        unreached=outcome.unreached,
        struck=struck,
        counts={**outcome.counts, **outcome.contention},
        shapes=shapes_of(outcome.trace.events),
        processor_s=processor_s() - begun_s,
        called=outcome.stand_in_calls,
        asked={str(fault): fault.injected for fault in case.faults},
    )


def _undecided(outcome: Outcome) -> str:
    """Return why nothing can be said, if so: of the invariant of which it is told first."""
    if outcome.verdict is not Verdict.UNDECIDED:
        return ""
    every = (it for it in outcome.judgements if it.verdict is Verdict.UNDECIDED)
    return next((f"{it.invariant}: {it.untested}" for it in every), "")
