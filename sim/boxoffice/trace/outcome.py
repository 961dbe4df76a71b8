"""All that is known after a run."""

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from boxoffice.trace.trace import Trace
from boxoffice.trace.verdict import Judgement, Verdict, Violation, never_tested

# What an occasion of a fault was like, and the how many-th of these it was.
Mark = tuple[Hashable, int]


@dataclass(frozen=True, slots=True)
class InjectedFault:
    """How often a fault has struck in a run, and if it has not, why."""

    fault: str
    times: int
    why_not: str = ""

    @property
    def kind(self) -> str:
        """What the fault is called, without when it strikes."""
        return self.fault.partition("(")[0]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of one scenario: its verdict, the judgements it is made of, and the whole trace.

    `virtual_s` is how many seconds passed in the world, and `wall_s` how many outside.
    """

    scenario: str
    summary: str  # the first line of the story
    seed: int
    bug: str | None  # the broken twin that stood in, if any
    target: str
    verdict: Verdict
    judgements: Sequence[Judgement]
    trace: Trace
    virtual_s: float
    wall_s: float
    counts: Mapping[str, int]
    stand_in: str = ""  # what stood in, in words, where that is no broken twin
    stand_in_calls: int | None = None  # how often the twin was called, where that was counted
    unhandled: Sequence[str] = ()  # exceptions that no service took care of, with their places
    faults: Sequence[InjectedFault] = ()
    contention: Mapping[str, int] = field(default_factory=dict)  # how often writes met, by store
    reached: Sequence[str] = ()  # of what should sometimes be so, what was
    unreached: Sequence[str] = ()  # and what was not
    strikes: Mapping[int, frozenset[int]] = field(default_factory=dict)  # by the fault's number
    marks: Mapping[int, Mapping[int, Mark]] = field(default_factory=dict)  # of these strikes
    about: Sequence[str] = ()  # the invariants that the story exists to put to the test
    size: int | None = None  # that was asked for, in the place of the story's own
    beside: Sequence[str] = ()  # the faults that were asked for beside the story's
    # Plays it once more, and tells what it is given of the world before anything happens there.
    again: "Callable[[Callable[[Any], None]], Outcome] | None" = field(
        default=None, repr=False, compare=False
    )

    @property
    def violations(self) -> list[Violation]:
        """All breaches, in the order of the invariants."""
        return [found for judgement in self.judgements for found in judgement.violations]

    @property
    def vacuous(self) -> list[Judgement]:
        """Of what nothing is known, since nothing happened that could have broken it."""
        return [one for one in self.judgements if one.verdict is Verdict.VACUOUS]

    @property
    def never_tested(self) -> list[Judgement]:
        """What the story is about, and did not put to the test."""
        return never_tested(self.judgements, self.about)

    def as_json(self) -> dict[str, Any]:
        """Return what `--json` writes."""
        return {
            "scenario": self.scenario,
            "seed": self.seed,
            "bug": self.bug,
            "target": self.target,
            "verdict": str(self.verdict),
            "invariants": {one.invariant: str(one.verdict) for one in self.judgements},
            "occasions": {
                one.invariant: one.occasions for one in self.judgements if one.occasions is not None
            },
            "untested": {one.invariant: one.untested for one in self.vacuous},
            "violations": [
                {
                    "invariant": found.invariant,
                    "message": found.message,
                    "events": list(found.events),
                }
                for found in self.violations
            ],
            "virtual_s": round(self.virtual_s, 6),
            "wall_s": round(self.wall_s, 4),
            "trace_sha256": self.trace.sha256() if self.trace.events.are_kept else None,
            "counts": dict(self.counts),
            "contention": dict(self.contention),
            "reached": list(self.reached),
            "unreached": list(self.unreached),
            "faults": [asdict(fault) for fault in self.faults],
        }


def counts_of(trace: Trace, faults: int) -> dict[str, int]:
    """Count what happened in a run."""
    if not trace.events.are_kept:
        return {"faults": faults}
    counts = {"http": 0, "published": 0, "delivered": 0, "duplicates": 0, "gaps": 0}
    redelivered = 0
    for event in trace.of_kind("request", "stored", "delivered", "decided"):
        if event.kind == "request":
            counts["http"] += 1
        elif event.kind == "stored":
            counts["published"] += 1
        elif event.kind == "delivered":
            counts["delivered"] += 1
            redelivered += event["attempt"] > 1
        elif event.kind == "decided":
            counts["duplicates"] += event["decision"] == "duplicate"
            counts["gaps"] += event["decision"] == "gap"
    return counts | {"redelivered": redelivered, "faults": faults}
