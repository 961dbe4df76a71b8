"""A run as plain data that the explorer draws: the same for the same run, and JSON throughout.

| key | what |
|---|---|
| scenario, summary, seed, bug, defence, asked, verdict, sign, passed, sha256, counts | of it |
| judgements | each invariant: kind, verdict, sign, violations (message, numbers of events) |
| lanes | from left to right: name, and kind (person, service or server) |
| numbers | of each event in the trace; null for one that is in no trace: see reads.py |
| words | texts that events share; the columns marked * count in it |
| events | columns: us, lane, host*, kind*, shape*, label*, badge*, says*, cause, flags, refs*, … |
| documents | name, lane, id of each; `changes`: [event, document, set, unset], see documents.py |
| arrows | event, lane and µs where it leaves, lane and µs where it ends, style |
| spans | lane, from µs, to µs or null, what: a crash, a partition |
| why | where it was asked when a failure became likely: see likely.py |

An event's number is its place in the columns.  `flags`: 1 proves a violation; 2 is quiet, drawn
only on demand since another event says the same; 4 is one of many alike, and folded with them.
"""

from collections.abc import Collection, Sequence
from itertools import zip_longest
from typing import TYPE_CHECKING, Any, Final

from boxoffice.trace.excerpts import drawable
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.trace import Trace, TraceEvent, as_json
from boxoffice.views.diagram import Arrow, Mark, arrows, marks
from boxoffice.views.explorer.annotations import Annotations
from boxoffice.views.explorer.documents import changes
from boxoffice.views.explorer.lanes import Lanes
from boxoffice.views.explorer.likely import at_the_rise, why_of
from boxoffice.views.explorer.reads import with_reads
from boxoffice.views.explorer.repeats import repeated
from boxoffice.views.explorer.salience import salient
from boxoffice.views.explorer.spans import spans
from boxoffice.views.handed import handed
from boxoffice.views.names import Names
from boxoffice.views.time_format import format_duration
from boxoffice.views.verdicts import SIGNS, asked_of, defence

if TYPE_CHECKING:
    from boxoffice.search.likelihood import Likelihood

PROOF: Final = 1  # the flag of an event that proves a violation
QUIET: Final = 2  # the flag of an event that changes nothing
EXACT: Final = 2**53 - 1  # the largest number that a script tells from the next one
FOLDED: Final = 4  # the flag of one that was asked again and again, see repeats.py


def run_of(outcome: Outcome, why: "Likelihood | None" = None) -> dict[str, Any]:
    """Return one run, with the curve of when its failure became likely if it was asked for."""
    played = drawable(outcome)
    outcome, numbers = with_reads(played)
    trace, names = outcome.trace, Names(outcome.trace)
    proofs = {number for found in outcome.violations for number in found.events}
    came = handed(trace)
    told = salient(trace, proofs | came.keys() | (at_the_rise(why, trace) if why else set()))
    drawn = marks(trace.events, names, came)
    ways = list(arrows(trace, [event for event in trace.events if event.number in told], came))
    lanes = Lanes(trace, drawn, ways, proofs)
    annotations = Annotations(trace, names)
    return {
        **_about(outcome, annotations),
        "sha256": played.trace.sha256(),
        "numbers": numbers,
        "lanes": lanes.described,
        "cursors": list(trace.vocabulary.cursors),
        "things": ", ".join(sorted(set(trace.vocabulary.things.values()))),
        "events": _columns(trace, drawn, lanes, annotations, proofs, told),
        "words": annotations.words,
        **changes(trace, lanes, annotations),
        "arrows": [_arrow(way, lanes) for way in ways if lanes.has(way)],
        "spans": spans(trace, lanes),
        **({"why": why_of(why)} if why else {}),
    }


def text_of(outcomes: Sequence[Outcome], whys: "Sequence[Likelihood]" = ()) -> str:
    """Return runs as JSON; `whys` are the curves of the first of them."""
    runs = [run_of(each, why) for each, why in zip_longest(outcomes, whys)]
    return as_json(runs)


def exactly(number: int) -> int | str:
    """Return a number as a script reads it exactly: as text, if that rounded it otherwise."""
    return number if number <= EXACT else str(number)


def _about(outcome: Outcome, annotations: Annotations) -> dict[str, Any]:
    return {
        "scenario": outcome.scenario,
        "summary": outcome.summary,
        "seed": exactly(outcome.seed),
        "bug": outcome.bug,
        "defence": defence(outcome),
        "asked": asked_of(outcome),
        "verdict": str(outcome.verdict),
        "sign": SIGNS[outcome.verdict],
        "passed": format_duration(round(outcome.virtual_s * 1_000_000)),
        "counts": dict(outcome.counts),
        "judgements": _judgements(outcome, annotations),
    }


def _judgements(outcome: Outcome, annotations: Annotations) -> list[dict[str, Any]]:
    return [
        {
            "invariant": one.invariant,
            "kind": str(one.kind),
            "verdict": str(one.verdict),
            "sign": SIGNS[one.verdict],
            "violations": [
                {"message": annotations.message(found.message), "events": list(found.events)}
                for found in one.violations
            ],
        }
        for one in outcome.judgements
    ]


def _columns(
    trace: Trace,
    drawn: Sequence[Mark],
    lanes: Lanes,
    annotations: Annotations,
    proofs: Collection[int],
    told: Collection[int],
) -> dict[str, list[Any]]:
    events, word = trace.events, annotations.intern
    says = [annotations.description(event) for event in events]
    again = repeated(events, drawn, says, proofs)
    return {
        "us": [event.at_us for event in events],
        "lane": [lanes.at(mark.host) for mark in drawn],
        "host": [word(event.host) for event in events],
        "kind": [word(event.kind) for event in events],
        "shape": [word(mark.shape) for mark in drawn],
        "label": [word(it) for it in _labels(events, drawn, says, proofs)],
        "badge": [word(mark.badge) for mark in drawn],
        "says": [word(it) for it in says],
        "cause": [_cause(event) for event in events],
        "flags": [_flags(it.number, proofs, told, again) for it in events],
        "refs": [annotations.things(event) for event in events],
        "fields": [annotations.fields(event) for event in events],
    }


def _labels(
    events: Sequence[TraceEvent],
    drawn: Sequence[Mark],
    says: Sequence[str],
    proofs: Collection[int],
) -> list[str]:
    """Return the label of each mark; a proof always says what it is."""
    return [
        _short(says[event.number], event)
        if event.number in proofs and not mark.label
        else mark.label
        for event, mark in zip(events, drawn, strict=True)
    ]


def _short(said: str, event: TraceEvent) -> str:
    """Return what was done without what its lane says; of a change not that it is one."""
    short = said.removeprefix(f"{event.get('database')} ")
    return short.removeprefix("updates ") if ": " in short else short


def _flags(
    number: int, proofs: Collection[int], told: Collection[int], again: Collection[int]
) -> int:
    quiet, folded = number not in told, number in again
    return PROOF * (number in proofs) + QUIET * quiet + FOLDED * folded


def _cause(event: TraceEvent) -> int:
    # An answer goes back to its question, whatever else is known of it.
    cause = event.get("request") if event.kind == "response" else event.cause
    return -1 if cause is None else int(cause)


def _arrow(way: Arrow, lanes: Lanes) -> list[Any]:
    source, target = lanes.at(way.source), lanes.towards(way)
    return [way.number, source, round(way.from_us), target, round(way.to_us), way.style]
