"""Hints in three steps: which invariant, which two events, which line."""

import re
from collections.abc import Collection
from typing import Final

from boxoffice import Outcome
from boxoffice.trace import STORY, Trace, TraceEvent, Violation
from boxoffice.views import Names, describe, displayed_host, format_time, version
from scenarios.lab.candidate import Candidate
from scenarios.lab.exercise import Task
from scenarios.lab.promises import PROMISES
from scenarios.shop.checks import INVARIANTS

SUMMARIES: Final = {it.name: it.summary for it in (*INVARIANTS, *PROMISES)} | {
    STORY: "what the people of the story were promised"
}

# What tells most of what came of a call, the best first.
_TELLING: Final = ("crash", "lost", "stored", "decided", "log")
MANY: Final = 5  # refused writes, one after the other; whoever is only late has a few
_SHORT: Final = re.compile(r"(?:\b(?:order|ticket) )?\b([0-9a-f]{6})\b")


def hints(exercise: Task, outcome: Outcome, candidate: Candidate) -> list[str]:
    """Return the three hints for the first breach of a failing run."""
    breach, names = outcome.violations[0], Names(outcome.trace)
    proofs = _proofs(outcome, breach, candidate)
    here = _named(breach.message, outcome, names)
    summaries = SUMMARIES | {it.name: it.summary for it in exercise.checks}
    return [
        f"{breach.invariant}: {summaries[breach.invariant]}. Here: {here}",
        _two(_pair(proofs, outcome, candidate), names),
        f"{_line(candidate, proofs)} {exercise.reason(breach)}".strip(),
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
    hosts = {step.host for step in candidate.tracer.steps}
    here = [it for it in found if it.host.removesuffix("-db") in hosts]
    said = [it for it in outcome.trace.of_kind("stored") if it["by"] in hosts]
    first = (_error(outcome.trace), _unanswered(outcome.trace, hosts), _refused(outcome.trace))
    return next((it for it in (*first, here, said, found) if len(it) > 1), [])[-2:]


def _error(trace: Trace) -> list[TraceEvent]:
    """Return a question that a service had no answer to, and the 500 that it gave."""
    failed = [it for it in trace.of_kind("response") if it.get("status") == 500]
    return [trace.events[failed[0]["request"]], failed[0]] if failed else []


def _unanswered(trace: Trace, hosts: Collection[str]) -> list[TraceEvent]:
    """Return what Stripe did last, and the first call after that of which nothing came."""
    told = [it for it in trace.of_kind("log") if it["what"] == "stripe" and it.host in hosts]
    asked = [it for it in told if it["call"] != "lookup"]  # which only reads
    done = [it for it in trace.of_kind("charge", "refund") if not it["replayed"]]
    if not done or not asked or asked[-1]["outcome"] != "unknown":
        return []
    after = (it for it in asked if it.number > done[-1].number and it["outcome"] == "unknown")
    return [done[-1], next(after, asked[-1])]


def _refused(trace: Trace) -> list[TraceEvent]:
    """Return the last write to a document, and the first of many that were refused after it."""
    logs = [it for it in trace.of_kind("log") if it["what"] == "conflict"]
    at = (logs[-1].host, logs[-1]["aggregate"]) if logs else None
    writes = [it for it in trace.of_kind("write") if (it["database"], it["id"]) == at]
    if not writes:
        return []
    refused = [it for it in logs if it.number > writes[-1].number]
    return [writes[-1], refused[0]] if len(refused) > MANY else []


def _pair(proofs: list[TraceEvent], outcome: Outcome, candidate: Candidate) -> list[TraceEvent]:
    """Return two events: beside a single proof, what came of the call that it may go back to."""
    call = candidate.tracer.call_before(proofs[0]) if len(proofs) == 1 else []
    if not call:
        return proofs
    came = [
        it
        for it in outcome.trace.events[call[0].events :]
        if it.kind in _TELLING
        and it not in proofs
        and call[0].host in (it.host, displayed_host(it, outcome.trace.vocabulary))
    ]
    other = min(came, key=lambda it: (_TELLING.index(it.kind), it.number), default=None)
    return sorted(filter(None, [*proofs, other]), key=lambda it: it.number)


def _two(proofs: list[TraceEvent], names: Names) -> str:
    told = [f"{format_time(it.at_us)} {it.host}: {_told(it, names)}" for it in proofs]
    return "Look at " + ", and at ".join(told) if told else "Nothing happened at all"


def _told(event: TraceEvent, names: Names) -> str:
    known = ", ".join(it for it in (version(event), event.get("decision", "")) if it)
    return f"{describe(event, names)} ({known})" if known else describe(event, names)


def _done(proofs: list[TraceEvent]) -> TraceEvent | None:
    """Return the last proof, or the write that it publishes: the relay that does is not theirs."""
    if [it.kind for it in proofs[-2:]] == ["write", "stored"]:
        return proofs[-2]
    return proofs[-1] if proofs else None


def _line(candidate: Candidate, proofs: list[TraceEvent]) -> str:
    if not candidate.calls:
        return "Your function was never asked."
    line = candidate.line_before(_done(proofs))
    if not line:
        return "Your function was asked."
    head, colon, text = line.partition(":")
    return f"{head[0].upper()}{head[1:]} of your function ran last before that{colon}{text}."
