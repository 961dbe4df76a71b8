"""A run in the terminal: virtual time, host, what happened, version, decision."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from rich.console import Console, ConsoleOptions, RenderableType
from rich.table import Table
from rich.text import Text

from boxoffice.trace.excerpts import drawable
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.verdict import Violation
from boxoffice.views.grouping import grouped
from boxoffice.views.lines import Line, LineRenderer
from boxoffice.views.names import Names
from boxoffice.views.time_format import LONG_US, format_silence, format_times
from boxoffice.views.verdicts import summary_line, verdict_lines

__all__ = ["summary_line", "timeline_of", "verdict_lines"]

MOST_WIDE: Final = 160  # columns of a terminal that a line still can be followed over
_COLUMNS: Final = ("time", "host", "what", "ver", "decision")
_WHAT, _VERSION, _DECISION = (
    2,
    3,
    4,
)  # places of columns; the last two only where they say something
_HOST_WIDE, _VERSION_WIDE = 10, 3
_DECISION_WIDE: Final = 27  # where there is room; where there is less, a share of it
_SHARE: Final = 0.4
_GAP: Final = 2  # between two columns
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


def timeline_of(outcome: Outcome, longest: int = 120) -> "Timeline":
    """Return a run as text, as wide as its terminal is, in at most about `longest` lines.

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
    return Timeline(shown, len(lines) - len(shown), breaches, names)


def _around_proofs(lines: list[Line], longest: int) -> list[Line]:
    """Keep the beginning, and what leads up to each proof."""
    if len(lines) <= longest:
        return lines
    proofs = [at for at, line in enumerate(lines) if line.proof][: longest // 4]
    near = {at + step for at in proofs for step in range(-3, 3)}
    first = max(longest - len(near), longest // 4)
    return [line for at, line in enumerate(lines) if at < first or at in near]


@dataclass(frozen=True, slots=True)
class Timeline:
    """Lines for a terminal of any width; `hidden` is how many are left out."""

    lines: list[Line]
    hidden: int
    breaches: list[Violation]
    names: Names

    def __rich_console__(self, _: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        columns = _columns(self.lines, wide := min(options.max_width, MOST_WIDE))
        table, latest_us = _table(columns, heading=True), None
        times = format_times([line.at_us for line in self.lines])
        for line, time in zip(self.lines, times, strict=True):
            if latest_us is not None and line.at_us - latest_us >= LONG_US:
                yield table
                yield Text(format_silence(line.at_us - latest_us).center(wide), "dim")
                table = _table(columns)
            table.add_row(*(_cells(line, time)[place] for place in columns))
            latest_us = line.at_us
            if told := [it for it in self.breaches if max(it.events) == line.number]:
                yield table
                yield from (_breach(each, self.names) for each in told)
                table = _table(columns)
        yield table
        if self.hidden:
            yield Text(
                f"… {self.hidden} more lines; the HTML report has more …".center(wide), "dim"
            )


def _columns(lines: list[Line], wide: int) -> dict[int, int]:
    """Return which columns there are, and how wide each is.

    Not every system has versions, and decides by them.  What happened takes all room that is left.
    """
    times = format_times([line.at_us for line in lines])
    widths = {0: 2 + max(map(len, times), default=9), 1: _HOST_WIDE, _WHAT: 0}
    if any(line.version for line in lines):
        widths[_VERSION] = _VERSION_WIDE
    decisions = any(line.decision for line in lines)
    left = wide - sum(widths.values()) - _GAP * (len(widths) - (not decisions))
    if decisions:
        widths[_DECISION] = min(_DECISION_WIDE, int(left * _SHARE))
    widths[_WHAT] = max(left - widths.get(_DECISION, 0), 8)
    return widths


def _table(columns: dict[int, int], heading: bool = False) -> Table:
    table = Table(box=None, show_header=heading, header_style="dim", pad_edge=False)
    for place, width in columns.items():
        table.add_column(_COLUMNS[place], width=width, overflow="fold", justify="left")
    return table


def _cells(line: Line, time: str) -> list[Text]:
    style = _STYLES.get(line.tone, "")
    mark = Text("✗ " if line.proof else "  ", "bold red").append(time, "dim")
    # A publication is coloured by its decision; all else as a whole.
    whole = "" if line.tone == "publish" else style
    cells = [Text(line.host, "bold"), Text(line.what, whole), Text(line.version, "dim")]
    return [mark, *cells, Text(line.decision, style)]


def _breach(violation: Violation, names: Names) -> Text:
    head = f"✗ VIOLATED {violation.invariant} "
    return Text.assemble((head, "bold white on red"), (f" {names.said(violation.message)}", "red"))
