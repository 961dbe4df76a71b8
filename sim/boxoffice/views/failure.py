"""Why a run failed, in plain lines: the invariant, the moment, and the events that led there."""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from boxoffice.trace.excerpts import drawable
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.trace import Trace, TraceEvent
from boxoffice.trace.verdict import Judgement, Kind, Verdict, Violation
from boxoffice.views.deliveries import HANDED, Deliveries, messages_struck
from boxoffice.views.descriptions import describe
from boxoffice.views.mentions import mentioned
from boxoffice.views.names import Names
from boxoffice.views.time_format import format_time
from boxoffice.views.values import printable_text

_MOST: Final = 3  # breaches of one invariant, and exceptions, that are spelt out
_BEFORE: Final = 5  # events that are shown before a breach
_ABOUT: Final = 12  # events that are shown of what a breach names
_WRONG: Final = 8  # faults that are shown of a run
_LONGEST: Final = 160  # characters of a line
FAULTS: Final = (
    "raised",
    "crash",
    "leave",
    "failover",
    "pause",
    "forgets",
    "given-up",
    "limit",
    "partition",
    "lost",
    "late",
    "answered",
    "skew",
)
_TOLD: Final = ("request", "write", "stored", "decided", "log", "start", "ack-expired", *FAULTS)


def failure(outcome: Outcome) -> str:
    """Return why a run does not hold as text, without a line break at its end."""
    return "\n".join(_lines(drawable(outcome)))


def _lines(outcome: Outcome) -> Iterator[str]:
    if outcome.verdict is Verdict.VACUOUS:
        yield f"never put to the test: {', '.join(it.invariant for it in outcome.never_tested)}"
        yield from (f"  {it.untested}" for it in outcome.never_tested if it.untested)
    names = Names(outcome.trace)
    for judgement in outcome.judgements:
        if judgement.verdict is Verdict.UNDECIDED:
            yield f"undecided: {judgement.invariant}: {judgement.untested}"
        for violation in judgement.violations[:_MOST]:
            yield from _violation(violation, judgement, outcome, names)
        more = len(judgement.violations) - _MOST
        if more > 0:
            yield f"  … and {more} more of {judgement.invariant}"
    yield from _meanwhile(outcome, names)
    for told in outcome.unhandled[:_MOST]:
        yield from _indented(told, 1)


def _violation(
    violation: Violation, judgement: Judgement, outcome: Outcome, names: Names
) -> Iterator[str]:
    first, *rest = violation.message.splitlines() or [""]
    yield f"{judgement.verdict}: {violation.invariant}: {first}"
    yield from _indented("\n".join(rest), 1)
    trace = outcome.trace
    if violation.events:
        last = trace.events[max(violation.events)]
        yield f"  at {format_time(last.at_us)}, after:"
        for number in _leading_to(trace, violation.events):
            mark = "✗" if number in violation.events else " "
            yield f"  {mark} {told(trace.events[number], names)}"
    elif judgement.kind is Kind.FINALLY:
        yield f"  at the end, {format_time(round(outcome.virtual_s * 1e6))}"
        yield from _mentioned(trace, first, names)


def _mentioned(trace: Trace, message: str, names: Names) -> Iterator[str]:
    about = [it for it in mentioned(trace, message) if it.kind in _TOLD or it.kind in HANDED]
    if about:
        yield "  what happened to what it names:"
    for event in about[:_ABOUT]:
        yield f"    {told(event, names)}"
    if len(about) > _ABOUT:
        yield f"    … and {len(about) - _ABOUT} more"


def _leading_to(trace: Trace, events: Sequence[int]) -> list[int]:
    """Return the numbers of what proves a breach, its causes, and what came just before."""
    first, shown = min(events), set(events)
    for number in events:
        cause = trace.events[number].cause
        while cause is not None and cause not in shown:
            shown.add(cause)
            cause = trace.events[cause].cause
    before = [it.number for it in trace.events[:first] if it.kind in _TOLD]
    return sorted(shown | set(before[-_BEFORE:]))


def _meanwhile(outcome: Outcome, names: Names) -> Iterator[str]:
    kinds = (*FAULTS, *(HANDED if messages_struck(outcome) else ()))
    deliveries, wrong = Deliveries(outcome.trace), list[str]()
    for event in outcome.trace.of_kind(*kinds):
        line = deliveries.told(event, names) if event.kind in HANDED else told(event, names)
        wrong += [line] if line else []
    if wrong:
        yield "what went wrong meanwhile:"
    yield from (f"    {line}" for line in wrong[:_WRONG])
    if len(wrong) > _WRONG:
        yield f"    … and {len(wrong) - _WRONG} more"


def told(event: TraceEvent, names: Names) -> str:
    """Return an event as one line: the moment, the host, and what happened."""
    tell = {"write": _write, "raised": _raised}.get(event.kind)
    what = tell(event, names) if tell else describe(event, names)
    return printable_text(f"{format_time(event.at_us)}  {event.host}  {what}", _LONGEST)


def thing(store: str, id: object, names: Names) -> str:
    """Return what a document of `database.collection` is called."""
    return names.known(id) or f"{store} {id}"


def _write(event: TraceEvent, names: Names) -> str:
    where = thing(f"{event['database']}.{event['collection']}", event["id"], names)
    before, after = event["before"] or {}, event["after"]
    if after is None:
        return f"{where} is deleted"
    gone = [key for key in before if key not in after]
    changed = [key for key in after if key != "_id" and before.get(key) != after[key]] + gone
    changes = (
        _change(key, before, after, names) for key in _telling(changed, before, after, names)
    )
    return f"{where}: {', '.join(changes)}"


def _telling(
    changed: list[str], before: dict[str, Any], after: dict[str, Any], names: Names
) -> list[str]:
    """Leave out what its system does not tell of, if anything is left then."""
    own = (*names.vocabulary.changes, *(["version"] if names.vocabulary.changes else []))
    told = [
        key
        for key in changed
        if key in own or any(names.known(_id_in(it.get(key))) for it in (before, after))
    ]
    return told or changed


def _raised(event: TraceEvent, names: Names) -> str:
    return f"raises {event['error']} at {event['where']}"


def _change(key: str, before: dict[str, Any], after: dict[str, Any], names: Names) -> str:
    was = f"{_value(before[key], names)} → " if key in before else ""
    said = f"{was}{_value(after[key], names) if key in after else '–'}"
    return said if said.startswith(f"{key} ") else f"{key} {said}"


def _value(value: Any, names: Names) -> str:
    if isinstance(value, list) and any(isinstance(it, dict) for it in value):
        return f"{len(value)} entries" if len(value) != 1 else "1 entry"
    known = names.known(_id_in(value))
    return known or printable_text(names.within(str(value)), 40)


def _id_in(value: Any) -> Any:
    return value.get("id") if isinstance(value, dict) else value


def _indented(text: str, steps: int) -> Iterator[str]:
    return (f"{'  ' * steps}{line}" for line in text.splitlines())
