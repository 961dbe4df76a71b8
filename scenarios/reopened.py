"""The command `boxoffice trace`: a run that was streamed to a file, opened."""

from math import inf
from pathlib import Path
from typing import Annotated, Final

import typer

SHOWN: Final = 2_000  # events of a run that is told line by line without being asked which


def reopen(
    file: Annotated[Path, typer.Argument(help="What `boxoffice run --stream` has written.")],
    from_s: Annotated[
        float | None,
        typer.Option("--from", min=0, metavar="S", help="Only from this virtual second on."),
    ] = None,
    to_s: Annotated[
        float | None,
        typer.Option("--to", min=0, metavar="S", help="Only before this virtual second."),
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Write the explorer to FILE, as HTML.")
    ] = None,
    lines: Annotated[
        Path | None, typer.Option("--lines", help="Write the events to FILE, a line of JSON each.")
    ] = None,
) -> None:
    """Show what a streamed run has shown, and what happened in it, or in a part of it."""
    from boxoffice.terminal import Console
    from boxoffice.trace import load, meanwhile
    from boxoffice.views import summary_line, timeline_of, verdict_lines, write_report
    from scenarios.output_files import check_files, write
    from scenarios.unknown import Unknown

    check_files({"--html": html, "--lines": lines})
    if from_s is not None and to_s is not None and to_s <= from_s:
        raise Unknown(f"--to is bad: {to_s:g} is not after --from {from_s:g}")
    whole = load(file)
    if not whole.judgements:
        typer.echo(f"{file}: {whole.summary}", err=True)
    events, console = whole.trace.events, Console()
    asked = from_s is not None or to_s is not None
    shown = meanwhile(whole, from_s or 0.0, inf if to_s is None else to_s) if asked else whole
    if asked or len(events) <= SHOWN:
        console.print(timeline_of(shown))
    else:
        over_s = events[-1].at_us / 1_000_000
        console.print(f"{len(events):,} events in {over_s:,.0f} s; --from and --to show a part")
    console.print(verdict_lines(shown))
    console.print(summary_line(whole))
    if html is not None:
        write(html, lambda path: write_report([shown], path))
    if lines is not None:
        write(lines, shown.trace.write)
