"""The shortest story of a failure that was found: what people do, what goes wrong, what falls."""

from collections.abc import Iterator
from string import Formatter
from typing import Final

from boxoffice.search.case import fallen
from boxoffice.search.looks import Met
from boxoffice.search.shrinking import Shrunk
from boxoffice.trace.excerpts import drawable
from boxoffice.trace.verdict import Violation
from boxoffice.trace.vocabulary import Vocabulary
from boxoffice.views.deliveries import messages_struck
from boxoffice.views.names import Names
from boxoffice.views.steps import steps_of
from boxoffice.world.storm import Deed

LONGEST: Final = 40  # lines


def smallest_story(shrunk: Shrunk) -> str:
    """Return a failure as a story of at most 40 lines, without a line break at its end."""
    violation, outcome = _violation(shrunk), drawable(shrunk.outcome)
    trace, names = outcome.trace, Names(outcome.trace)
    head = [*_deeds(shrunk)]
    message = names.said(violation.message).splitlines()
    said = [f"{shrunk.invariant} falls: {line}" for line in message[:1]]
    others = ", ".join(it for it in fallen(shrunk.outcome) if it != shrunk.invariant)
    tail = [
        *said,
        *(f"  {line}" for line in message[1:4]),
        *([f"and with it {others}"] if others else []),
    ]
    met = shrunk.met if outcome is shrunk.outcome else Met()  # or events have other numbers
    steps = list(steps_of(trace, set(violation.events), met, names, messages_struck(outcome)))
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
    if not shrunk.runs:
        return f"{said}; there was no time to make it smaller"
    minimal = "none can be left out" if shrunk.is_minimal else "there was no time for more"
    return f"{said}; {minimal} ({_count(shrunk.runs, 'run')}, {shrunk.seconds:.1f} s)"


def _violation(shrunk: Shrunk) -> Violation:
    found = [it for it in shrunk.outcome.violations if it.invariant == shrunk.invariant]
    # What happened first is the shortest way there.
    return min(found, key=lambda it: max(it.events, default=len(shrunk.outcome.trace.events)))


def _deeds(shrunk: Shrunk) -> Iterator[str]:
    words = shrunk.outcome.trace.vocabulary
    if shrunk.kept:
        yield "what they do:"
        yield from (f"  {number}. {_deed(it, words)}" for number, it in enumerate(shrunk.kept, 1))
    options = shrunk.case.scenario.drawn(shrunk.case.seed, shrunk.case.size).options
    if options:
        yield f"with {', '.join(_option(key, value) for key, value in options.items())}"


def _deed(deed: Deed, words: Vocabulary) -> str:
    """Return a deed in the words of its system; what these leave out comes after them."""
    template = words.deeds.get(deed.does, "")
    blanks = {name for _, name, _, _ in Formatter().parse(template) if name}
    if not template or not blanks <= deed.what.keys():
        return str(deed)
    pause = f"after {deed.after_s:g} s, " if deed.after_s else ""
    rest = [
        words.details.get(key, f"{key} {{}}").format(value)
        for key, value in deed.what.items()
        if key not in blanks
    ]
    return ", ".join([f"{pause}{deed.who} {template.format_map(deed.what)}", *rest])


def _option(name: str, value: object) -> str:
    if not isinstance(value, dict):
        return f"{name} {value}"
    return f"{name} {', '.join(f'{key} {inner}' for key, inner in value.items())}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}" if number else ""
