"""Hints in three steps: which invariant, which two events, which line."""

import re
from typing import Final

from scenarios.lab.candidate import Candidate
from scenarios.lab.exercise import Exercise
from sim.checks import INVARIANTS
from sim.outcome import Outcome
from sim.telling import STORY
from sim.trace import TraceEvent
from sim.verdict import Violation
from sim.views.moments import moment
from sim.views.names import Names
from sim.views.phrases import phrase

SUMMARIES: Final = {it.name: it.summary for it in INVARIANTS} | {
    STORY: "what the people of the story were promised"
}

_SHORT: Final = re.compile(r"(?:\b(?:order|ticket) )?\b([0-9a-f]{6})\b")


def hints(exercise: Exercise, outcome: Outcome, candidate: Candidate) -> list[str]:
    """Return the three hints for the first breach of a failing run."""
    breach, names = outcome.violations[0], Names(outcome.trace)
    proofs = _proofs(outcome, breach)
    here = _named(breach.message, outcome, names)
    return [
        f"{breach.invariant}: {SUMMARIES[breach.invariant]}. Here: {here}",
        _two(proofs, names),
        f"{_line(candidate, proofs)} {exercise.reasons.get(breach.invariant, '')}".strip(),
    ]


def _named(message: str, outcome: Outcome, names: Names) -> str:
    """Return a message with names in place of the last digits of ids."""
    known = {str(it["id"])[-6:]: names.of(it["id"]) for it in outcome.trace.of_kind("write")}
    return _SHORT.sub(lambda found: known.get(found[1], found[0]), names.within(message))


def _proofs(outcome: Outcome, breach: Violation) -> list[TraceEvent]:
    proven = [outcome.trace.events[number] for number in breach.events]
    if proven:
        return proven[-2:]
    # Nothing proves an absence; what came last is where to begin to look.
    kinds = ("write", "naked", "decided")
    return [it for it in outcome.trace.events if it.kind in kinds][-2:]


def _two(proofs: list[TraceEvent], names: Names) -> str:
    told = [f"{moment(it.at_us)} {it.host}: {phrase(it, names)}" for it in proofs]
    return "Look at " + ", and at ".join(told) if told else "Nothing happened at all"


def _line(candidate: Candidate, proofs: list[TraceEvent]) -> str:
    step = candidate.line_before(proofs[-1] if proofs else None)
    if step is None:
        return "Your function was never asked."
    text = candidate.text_of(step)
    said = f": {text}" if text else ""
    return f"Line {candidate.number_of(step)} of your function ran last before that{said}."
