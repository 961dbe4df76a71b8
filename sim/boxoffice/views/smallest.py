"""The shortest story of a failure that was found: what people do, what goes wrong, what falls."""

from collections.abc import Iterator
from typing import Final

from boxoffice.search.shrinking import Shrunk
from boxoffice.trace.excerpts import drawable
from boxoffice.trace.trace import TraceEvent
from boxoffice.trace.verdict import Violation
from boxoffice.views.failure import FAULTS, told
from boxoffice.views.names import Names

LONGEST: Final = 40  # lines
_STEPS: Final = ("request", "stored", "charge", "refund", "intent", *FAULTS)


def smallest_story(shrunk: Shrunk) -> str:
    """Return a failure as a story of at most 40 lines, without a line break at its end."""
    violation = _violation(shrunk)
    head = [*_deeds(shrunk)]
    said = [f"{shrunk.invariant} falls: {line}" for line in violation.message.splitlines()[:1]]
    tail = [*said, *(f"  {line}" for line in violation.message.splitlines()[1:4])]
    steps = list(_steps(shrunk, violation))
    room = LONGEST - len(head) - len(tail) - 2
    if len(steps) > room:
        steps = [f"    … {len(steps) - room + 1} earlier steps", *steps[-room + 1 :]]
    return "\n".join([*head, *(["what happens:"] if steps else []), *steps, *tail])


def size_line(shrunk: Shrunk) -> str:
    """Return in a line how small it has become."""
    kept = [_count(shrunk.deeds, "deed"), _count(shrunk.strikes, "injected fault")]
    said = ", ".join(it for it in kept if it) or "no injected fault"
    if shrunk.is_kept:
        return f"{said}, as it was kept"
    minimal = "none can be left out" if shrunk.is_minimal else "there was no time for more"
    return f"{said}; {minimal} ({_count(shrunk.runs, 'run')}, {shrunk.seconds:.1f} s)"


def _violation(shrunk: Shrunk) -> Violation:
    found = [it for it in shrunk.outcome.violations if it.invariant == shrunk.invariant]
    # What happened first is the shortest way there.
    return min(found, key=lambda it: max(it.events, default=len(shrunk.outcome.trace.events)))


def _deeds(shrunk: Shrunk) -> Iterator[str]:
    case = shrunk.case
    drawn = case.scenario.drawn(case.seed, case.size)
    kept = case.tape.kept(drawn.deeds)
    if kept:
        yield "what they do:"
        yield from (f"  {number}. {deed}" for number, deed in enumerate(kept, 1))
    if drawn.options:
        yield f"with {', '.join(f'{key} {value}' for key, value in drawn.options.items())}"


def _steps(shrunk: Shrunk, violation: Violation) -> Iterator[str]:
    outcome = drawable(shrunk.outcome)
    names, proofs, down = Names(outcome.trace), set(violation.events), set[str]()
    said = dict[str, None]()
    last = max(proofs, default=len(outcome.trace.events))
    for event in outcome.trace.events:
        if event.number > last:
            return
        if event.kind in ("crash", "leave"):
            down.add(event.host)
        back = event.kind == "start" and event.host in down
        if event.number in proofs or back or _is_step(event):
            mark, line = "✗" if event.number in proofs else " ", told(event, names)
            what = line.split(maxsplit=1)[-1]  # a fault that lasts strikes the same again and again
            if event.number in proofs or what not in said:
                yield f"  {mark} {line}"
            said[what] = None


def _is_step(event: TraceEvent) -> bool:
    return event.kind in _STEPS and event.get("method") != "GET"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
