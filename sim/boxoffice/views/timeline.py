"""A run in the terminal: virtual time, host, what happened, version, decision."""

from collections.abc import Iterator
from typing import Final

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from boxoffice.trace.excerpts import drawable
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.verdict import Violation
from boxoffice.views.grouping import grouped
from boxoffice.views.lines import Line, LineRenderer
from boxoffice.views.names import Names
from boxoffice.views.time_format import LONG_US, format_silence, format_time
from boxoffice.views.verdicts import summary_line, verdict_lines

__all__ = ["summary_line", "timeline_of", "verdict_lines"]

WIDTH: Final = 100
_COLUMNS: Final = (("time", 11), ("host", 10), ("what", 41), ("ver", 3), ("decision", 27))
_WHAT, _VERSION, _DECISION = (
    2,
    3,
    4,
)  # places of columns; the last two only where they say something
_MOST: Final = 3  # breaches of one invariant that are shown where they happened
_STYLES: Final = {
    "apply": "green",
    "duplicate": "yellow",
    "gap": "magenta",
    "bad": "bold red",
    "warn": "yellow",
    "refused": "yellow",
    "money": "cyan",
    "publish": "green",
    "good": "",
    "": "",
}


def timeline_of(outcome: Outcome, longest: int = 120) -> Group:
    """Return a run as text for a terminal of 100 columns, in at most about `longest` lines.

    What proves a violation is always among them.
    """
    outcome = drawable(outcome)
    names = Names(outcome.trace)
    breaches = [
        each
        for judgement in outcome.judgements
        for each in judgement.violations[:_MOST]
        if each.events
    ]
    proofs = {number for each in breaches for number in each.events}
    lines = grouped(LineRenderer(outcome.trace, names, proofs).lines())
    shown = _around_proofs(lines, longest)
    return Group(*_parts(shown, len(lines) - len(shown), breaches, names))


def _around_proofs(lines: list[Line], longest: int) -> list[Line]:
    """Keep the beginning, and what leads up to each proof."""
    if len(lines) <= longest:
        return lines
    proofs = [at for at, line in enumerate(lines) if line.proof][: longest // 4]
    near = {at + step for at in proofs for step in range(-3, 3)}
    first = max(longest - len(near), longest // 4)
    return [line for at, line in enumerate(lines) if at < first or at in near]


def _parts(
    lines: list[Line], hidden: int, breaches: list[Violation], names: Names
) -> Iterator[RenderableType]:
    places = _places(lines)
    table, latest_us = _table(places, heading=True), None
    for line in lines:
        told = [each for each in breaches if max(each.events) == line.number]
        if latest_us is not None and line.at_us - latest_us >= LONG_US:
            yield table
            yield Text(format_silence(line.at_us - latest_us).center(WIDTH), "dim")
            table = _table(places)
        table.add_row(*(_cells(line)[place] for place in places))
        latest_us = line.at_us
        if told:
            yield table
            yield from (_breach(each, names) for each in told)
            table = _table(places)
    yield table
    if hidden:
        yield Text(f"… {hidden} more lines; the HTML report has more …".center(WIDTH), "dim")


def _places(lines: list[Line]) -> list[int]:
    """Return which columns there are: not every system has versions, and decides by them."""
    says = {
        _VERSION: any(line.version for line in lines),
        _DECISION: any(line.decision for line in lines),
    }
    return [place for place in range(len(_COLUMNS)) if says.get(place, True)]


def _table(places: list[int], heading: bool = False) -> Table:
    table = Table(box=None, show_header=heading, header_style="dim", pad_edge=False, width=WIDTH)
    spare = sum(width + 1 for place, (_, width) in enumerate(_COLUMNS) if place not in places)
    for place in places:
        name, width = _COLUMNS[place]
        width += spare if place == _WHAT else 0
        table.add_column(name, width=width, overflow="fold", justify="left")
    return table


def _cells(line: Line) -> list[Text]:
    style = _STYLES.get(line.tone, "")
    mark = Text("✗ " if line.proof else "  ", "bold red").append(format_time(line.at_us), "dim")
    # A publication is coloured by its decision; all else as a whole.
    whole = "" if line.tone == "publish" else style
    cells = [Text(line.host, "bold"), Text(line.what, whole), Text(line.version, "dim")]
    return [mark, *cells, Text(line.decision, style)]


def _breach(violation: Violation, names: Names) -> Text:
    head = f"✗ VIOLATED {violation.invariant} "
    return Text.assemble(
        (head, "bold white on red"), (f" {names.within(violation.message)}", "red")
    )
