"""`boxoffice why`: from which moment on a failure became likely."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from boxoffice.search.likelihood import Likelihood

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


@app.command(epilog="Example: [bold]boxoffice why bx1-… --html why.html[/bold]")
def why(
    token: Annotated[
        str, typer.Argument(metavar="TOKEN|FILE", help="As it was printed, or a file that has it.")
    ],
    futures: Annotated[
        int, typer.Option(min=1, max=10_000, help="Futures of each moment that are played.")
    ] = 8,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes; one a processor, if not given.")
    ] = None,
    html: Annotated[
        Path | None,
        typer.Option("--html", help="Write the run with the curve beside its time, to FILE."),
    ] = None,
    aloud: Annotated[
        bool, typer.Option("--aloud", help="Let be heard what services print and log.")
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the curve to FILE as JSON.")
    ] = None,
) -> None:
    """Draw the chance of a failed run anew from many moments, and say when it was decided."""
    from boxoffice.commands.naming import names
    from boxoffice.commands.output import check_writable, write, write_json
    from boxoffice.commands.progress import spinner
    from boxoffice.commands.tokens import read
    from boxoffice.misuse import Misuse
    from boxoffice.search.case import fallen
    from boxoffice.search.likelihood import likelihood
    from boxoffice.search.mishap import in_a_line
    from boxoffice.search.workers import processors
    from boxoffice.terminal import Console
    from boxoffice.terminal.silence import muted
    from boxoffice.views.curve import curve_lines
    from boxoffice.views.explorer.page import write_report

    check_writable(html, json_file)
    _, (case, _) = read(token, names())
    with muted(not aloud), spinner("the run is being played") as say:
        try:
            outcome = case.play()
        except Exception as error:
            if isinstance(error, Misuse):
                raise
            said = f"the run ends with {in_a_line(error)}, so that there is nothing to draw"
            raise Misuse(f"{said}; boxoffice replay --traceback shows where") from None
        if not (fell := fallen(outcome)):
            raise Misuse("nothing falls in this run any more, so nothing can have made it likely")
        found = likelihood(
            case,
            outcome,
            fell[0],
            futures,
            jobs or processors(),
            tell=lambda moments: say(f"{moments} moments, {futures} futures of each"),
        )
    console = Console()
    console.print(curve_lines(found, outcome.trace), soft_wrap=True, markup=False, highlight=False)
    if html is not None:
        write(html, lambda path: write_report([outcome], path, [found]))
        console.print(f"its picture: {html}", soft_wrap=True, markup=False, highlight=False)
    if json_file is not None:
        write_json(json_file, as_json(found))


def as_json(found: "Likelihood") -> dict[str, Any]:
    """Return what `--json` writes: the curve, and the numbers of the events at its rise."""
    return {
        "invariant": found.invariant,
        "curve": [
            {"at_s": it.at_s, "failing": it.failing, "futures": it.futures} for it in found.curve
        ],
        "before_s": found.before.at_s,
        "after_s": found.after.at_s,
        "events": [event.number for event in found.events],
    }
