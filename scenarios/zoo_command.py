"""`boxoffice zoo`: every broken twin, hunted by storms that know none of them."""

from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from scenarios.options import JsonFile

if TYPE_CHECKING:
    from boxoffice import Twin
    from scenarios.zoo_table import Catch

INTERRUPTED: Final = 130  # the status of what Ctrl-C ends: 128 + SIGINT, as shells have it

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


@app.command(
    epilog="Examples: [bold]boxoffice zoo --time 10[/bold], "
    "[bold]boxoffice zoo no-fencing ack-first --seeds 20[/bold]"
)
def zoo(
    twins: Annotated[
        list[str] | None, typer.Argument(metavar="TWIN", help="All, if none is named.")
    ] = None,
    time_s: Annotated[
        float, typer.Option("--time", min=0.1, help="Processor seconds for each twin.")
    ] = 60.0,
    seeds: Annotated[int, typer.Option(min=1, help="Campaigns for each twin.")] = 1,
    shrink_s: Annotated[
        float, typer.Option("--shrink-time", min=0, help="Seconds to make each failure small in.")
    ] = 60.0,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes; one a processor, if not given.")
    ] = None,
    json_file: JsonFile = None,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write the table to FILE, as a document.")
    ] = None,
) -> None:
    """Hunt each broken twin with storms that know none of them; print how it was found.

    Ctrl-C ends it early: what was hunted until then is told and written.
    """
    from boxoffice.terminal import Console
    from scenarios.catalogue import twin_named
    from scenarios.output_files import check_files, write, write_json
    from scenarios.zoo import TWINS
    from scenarios.zoo_table import as_json, page, table, totals

    check_files({"--json": json_file, "--markdown": markdown})
    wanted = [twin_named(name) for name in twins or TWINS]
    catches = _caught(wanted, seeds, time_s, shrink_s, jobs)
    all_ended = len(catches) == len(wanted) * seeds
    console = Console()
    if not all_ended:
        told = f"ended early: {len(catches)} of {len(wanted) * seeds} hunts"
        console.print(told, soft_wrap=True, highlight=False)
    if not catches:
        raise typer.Exit(INTERRUPTED)
    console.print(table(catches))
    console.print(totals(catches, time_s), soft_wrap=True, highlight=False)
    if json_file is not None:
        write_json(json_file, [as_json(it) for it in catches])
    if markdown is not None:
        text = page(catches, time_s)
        write(markdown, lambda path: path.write_text(text, encoding="utf-8"))
    if not all_ended:
        raise typer.Exit(INTERRUPTED)
    raise typer.Exit(0 if all(it.hunt.run is not None for it in catches) else 1)


def _caught(
    wanted: "list[Twin]", seeds: int, time_s: float, shrink_s: float, jobs: int | None
) -> "list[Catch]":
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from boxoffice.search import hunts, processors
    from boxoffice.terminal import Console, on_terminal
    from scenarios.zoo_table import Catch, plans

    """Return what came of each hunt that ended, in the order of the twins."""
    every = plans(wanted, seeds)
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    found: dict[int, Catch] = {}
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not on_terminal(console),
    ) as progress:
        task = progress.add_task("hunting", total=len(every))
        ended = hunts([it for _, _, it in every], time_s, shrink_s, jobs or processors())
        with suppress(KeyboardInterrupt), closing(ended):
            for number, hunt in ended:
                twin, first, _ = every[number]
                found[number] = Catch(twin, first, hunt)
                progress.update(task, advance=1, description=f"last: {twin.name}")
    return [found[it] for it in sorted(found, key=lambda it: (it % len(wanted), it))]
