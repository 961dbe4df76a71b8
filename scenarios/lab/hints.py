"""Hints in three steps: which invariant, which two events, which line."""

import re
from typing import Final

from scenarios.lab.candidate import Candidate
from scenarios.lab.exercise import Exercise
from scenarios.lab.promises import PROMISES
from sim.checks import INVARIANTS
from sim.outcome import Outcome
from sim.telling import STORY
from sim.trace import TraceEvent
from sim.verdict import Violation
from sim.views.moments import moment
from sim.views.names import Names
from sim.views.phrases import phrase, place, version

SUMMARIES: Final = {it.name: it.summary for it in (*INVARIANTS, *PROMISES)} | {
    STORY: "what the people of the story were promised"
}

# What tells most of what came of a call, the best first.
_TELLING: Final = ("crash", "lost", "stored", "decided", "log")
_SHORT: Final = re.compile(r"(?:\b(?:order|ticket) )?\b([0-9a-f]{6})\b")


def hints(exercise: Exercise, outcome: Outcome, candidate: Candidate) -> list[str]:
    """Return the three hints for the first breach of a failing run."""
    breach, names = outcome.violations[0], Names(outcome.trace)
    proofs = _proofs(outcome, breach, candidate)
    here = _named(breach.message, outcome, names)
    return [
        f"{breach.invariant}: {SUMMARIES[breach.invariant]}. Here: {here}",
        _two(_pair(proofs, outcome, candidate), names),
        f"{_line(candidate, proofs)} {exercise.reasons.get(breach.invariant, '')}".strip(),
    ]


def _named(message: str, outcome: Outcome, names: Names) -> str:
    """Return a message with names in place of the last digits of ids."""
    known = {str(it["id"])[-6:]: names.of(it["id"]) for it in outcome.trace.of_kind("write")}
    return _SHORT.sub(lambda found: known.get(found[1], found[0]), names.within(message))


def _proofs(outcome: Outcome, breach: Violation, candidate: Candidate) -> list[TraceEvent]:
    proven = [outcome.trace.events[number] for number in breach.events]
    if proven:
        return proven[-2:]
    # Nothing proves an absence; what came last, where the function runs, is where to begin to look.
    found = list(outcome.trace.of_kind("write", "naked", "decided"))
    hosts = {step.host for step in candidate.watch.steps}
    here = [it for it in found if it.host.removesuffix("-db") in hosts]
    said = [it for it in outcome.trace.of_kind("stored") if it["by"] in hosts]
    return next((it for it in (here, said, found) if len(it) > 1), [])[-2:]


def _pair(proofs: list[TraceEvent], outcome: Outcome, candidate: Candidate) -> list[TraceEvent]:
    """Return two events: beside a single proof, what came of the call that it may go back to."""
    call = candidate.watch.call_before(proofs[0]) if len(proofs) == 1 else []
    if not call:
        return proofs
    came = [
        it
        for it in outcome.trace.events[call[0].events :]
        if it.kind in _TELLING and it not in proofs and call[0].host in (it.host, place(it))
    ]
    other = min(came, key=lambda it: (_TELLING.index(it.kind), it.number), default=None)
    return sorted(filter(None, [*proofs, other]), key=lambda it: it.number)


def _two(proofs: list[TraceEvent], names: Names) -> str:
    told = [f"{moment(it.at_us)} {it.host}: {_told(it, names)}" for it in proofs]
    return "Look at " + ", and at ".join(told) if told else "Nothing happened at all"


def _told(event: TraceEvent, names: Names) -> str:
    known = ", ".join(it for it in (version(event), event.get("decision", "")) if it)
    return f"{phrase(event, names)} ({known})" if known else phrase(event, names)


def _line(candidate: Candidate, proofs: list[TraceEvent]) -> str:
    if not candidate.calls:
        return "Your function was never asked."
    line = candidate.line_before(proofs[-1] if proofs else None)
    if not line:
        return "Your function was asked."
    head, colon, text = line.partition(":")
    return f"{head[0].upper()}{head[1:]} of your function ran last before that{colon}{text}."
