"""What a function was asked and what came of it, where no world runs: told and judged as a run."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from boxoffice import Outcome, Verdict
from boxoffice.trace import Judgement, Kind, Trace, TraceEvent, Violation, counts_of, overall
from boxoffice.world import Breach, Finding, Invariant
from scenarios.lab.words import wrapped

STEP_S: Final = 0.001  # from one event to the next: nobody measures, and the picture has an order
YOU: Final = "you"
MOST: Final = 12  # lines at the beginning, and at the end
Found = Iterable[tuple[Invariant, Breach]]


@dataclass
class Record:
    """One run of a function, as a trace."""

    events: int = 0
    trace: Trace = field(init=False)

    def __post_init__(self) -> None:
        self.trace = Trace(lambda: self.events * STEP_S)

    def note(self, who: str, said: str) -> TraceEvent:
        """Take down what somebody does or says."""
        self.events += 1
        return self.trace.record(who, "log", what=said, level="info")

    def outcome(
        self, seed: int, summary: str, checks: Sequence[Invariant], found: Found
    ) -> Outcome:
        """Return what came of it, judged: what `found` names is violated, and all else holds."""
        breaches: dict[str, list[Violation]] = {it.name: [] for it in checks}
        for invariant, breach in found:
            said = Violation(invariant.name, breach.message, tuple(breach.events))
            breaches[invariant.name].append(said)
        judgements = [_judged(it, breaches[it.name]) for it in checks]
        return Outcome(
            scenario="",
            summary=summary,
            seed=seed,
            bug=None,
            target="sim",
            verdict=overall(judgements),
            judgements=judgements,
            trace=self.trace,
            virtual_s=self.events * STEP_S,
            wall_s=0.0,
            counts=counts_of(self.trace, 0),
        )


@dataclass(frozen=True, slots=True)
class Told:
    """What happened in a run without a world, in lines; ✗ marks what proves the breach."""

    outcome: Outcome

    def __repr__(self) -> str:
        found = self.outcome.violations
        proofs = {number for it in found[:1] for number in it.events}
        lines = [
            wrapped(f"{'✗' if it.number in proofs else ' '} {it.host}: {it['what']}", "      ")
            for it in self.outcome.trace.events
        ]
        if (left_out := len(lines) - 2 * MOST) > 0:
            lines[MOST:-MOST] = [f"  … and {left_out} more"]
        return "\n".join(lines)


def _judged(invariant: Invariant, breaches: Sequence[Violation]) -> Judgement:
    verdict = Verdict.VIOLATED if breaches else Verdict.HOLDS
    return Judgement(invariant.name, invariant.kind, verdict, breaches)


def says(name: str, summary: str) -> Invariant:
    """Return an invariant that is judged where its breach is found."""

    def judge(_: Any) -> Finding:
        return Finding(True)

    return Invariant(name, Kind.ALWAYS, summary, judge)
