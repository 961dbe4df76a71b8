"""`boxoffice replay`: exactly that run again, and where it differs from what it was."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from boxoffice.search import Case

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


@app.command(epilog="Example: [bold]boxoffice replay bx1-… --html again.html[/bold]")
def replay(
    token: Annotated[
        str, typer.Argument(metavar="TOKEN|FILE", help="As it was printed, or a file that has it.")
    ],
    html: Annotated[
        Path | None, typer.Option("--html", help="Write a report to FILE as HTML.")
    ] = None,
    pytest_file: Annotated[
        Path | None, typer.Option("--pytest", help="Write a test that plays it to FILE.")
    ] = None,
    cell: Annotated[
        bool,
        typer.Option("--cell", help="Print the cell of a notebook that plays it, and no more."),
    ] = False,
    traceback: Annotated[
        bool, typer.Option("--traceback", help="Show all of an error that ends the run.")
    ] = False,
) -> None:
    """Play a run again that was found, and say whether it is the same."""
    from boxoffice.clock.stuck import Stuck
    from boxoffice.commands.cell import cell_of
    from boxoffice.commands.naming import names
    from boxoffice.commands.output import check_writable, write, write_text
    from boxoffice.commands.tokens import read
    from boxoffice.misuse import Misuse
    from boxoffice.search.marks import differs
    from boxoffice.search.mishap import in_a_line
    from boxoffice.terminal import Console
    from boxoffice.trace.verdict import Verdict
    from boxoffice.views import summary_line, timeline_of, verdict_lines, write_report

    check_writable(html, pytest_file)
    text, (case, marks) = read(token, names())
    if cell:
        print(cell_of(text))
        return
    try:
        outcome = case.play()
    except Exception as error:
        if traceback or isinstance(error, Misuse | Stuck):  # which say where they are
            raise
        run = f"{case.scenario.name} on seed {case.seed}"
        print(f"boxoffice: {run} ends with {in_a_line(error)}", file=sys.stderr)
        raise typer.Exit(1) from None
    console = Console()
    console.print(timeline_of(outcome))
    console.print(verdict_lines(outcome))
    console.print(summary_line(outcome))
    if marks is not None:
        where = differs(marks, outcome.trace)
        console.print(
            f"it is not the same run any more: it differs {where}" if where else "the same run"
        )
    if html is not None:
        write(html, lambda path: write_report([outcome], path))
        console.print(f"its pictures: {html}", soft_wrap=True, markup=False, highlight=False)
    if pytest_file is not None:
        write_text(pytest_file, _test(text, case))
        said = f"a test, to be run from this folder: {pytest_file}"
        console.print(said, soft_wrap=True, markup=False, highlight=False)
    bad = (Verdict.VIOLATED, Verdict.ERROR)
    raise typer.Exit(1 if outcome.verdict in bad else 0 if outcome.verdict == "holds" else 3)


def _test(token: str, case: "Case") -> str:
    name = case.scenario.name.replace("-", "_")
    return f'''"""A run that was found to fail, kept as a test."""

from boxoffice.commands.naming import names
from boxoffice.search import case_of


def test_{name}_holds_on_seed_{case.seed}():
    case, _ = case_of("{token}", names())
    outcome = case.play()
    said = [it.message for it in outcome.violations]
    assert outcome.verdict == "holds", said or "it puts nothing to the test any more: find it anew"
'''
