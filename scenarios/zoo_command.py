"""`boxoffice zoo`: every broken twin, hunted by storms that know none of them."""

import json
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
    goes_on: Annotated[
        bool, typer.Option("--go-on", help="Hunt only what the file of --json has not.")
    ] = False,
    markdown: Annotated[
        Path | None, typer.Option("--markdown", help="Write the table to FILE, as a document.")
    ] = None,
) -> None:
    """Hunt each broken twin with storms that know none of them; print how it was found.

    Ctrl-C ends it early: what was hunted until then is told and written, and with --go-on another
    time it goes on from there.
    """
    from boxoffice.terminal import Console
    from scenarios.catalogue import twin_named
    from scenarios.output_files import check_files, write, write_json
    from scenarios.zoo import TWINS
    from scenarios.zoo_table import as_json, page, table, totals

    check_files({"--json": json_file, "--markdown": markdown})
    wanted = [twin_named(name) for name in twins or TWINS]
    before = _known(json_file, wanted, seeds) if goes_on else []
    catches = _caught(wanted, seeds, time_s, shrink_s, jobs, before)
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


def _known(file: Path | None, wanted: "list[Twin]", seeds: int) -> "list[Catch]":
    """Return those of the hunts at hand that a file has; none, if there is none yet."""
    from boxoffice.errors import Misuse
    from scenarios.zoo_table import from_json, plans

    if file is None:
        raise Misuse("--go-on goes on with the file that --json names, and none is named")
    if not file.exists():
        return []
    twins, asked = {it.name: it for it in wanted}, {first for _, first, _ in plans(wanted, seeds)}
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        found = [from_json(it, twins[it["twin"]]) for it in said if it["twin"] in twins]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise Misuse(f"{file} holds no hunts: {type(error).__name__}: {error}") from None
    return [it for it in found if it.first in asked]


def _caught(
    wanted: "list[Twin]",
    seeds: int,
    time_s: float,
    shrink_s: float,
    jobs: int | None,
    before: "list[Catch]",
) -> "list[Catch]":
    """Return what came of each hunt that ended, `before` or now, in the order of the twins."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    from boxoffice.errors import Misuse
    from boxoffice.search import hunts, processors
    from boxoffice.terminal import Console, on_terminal
    from scenarios.zoo_table import Catch, plans

    every = plans(wanted, seeds)
    place = {(twin.name, first): number for number, (twin, first, _) in enumerate(every)}
    console = Console(stderr=True)
    columns = TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn()
    found = {place[it.twin.name, it.first]: it for it in before}
    left = [number for number in range(len(every)) if number not in found]
    with Progress(
        *columns,
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not on_terminal(console),
    ) as progress:
        task = progress.add_task("hunting", total=len(every), completed=len(found))
        ended = hunts([every[it][2] for it in left], time_s, shrink_s, jobs or processors())
        with suppress(KeyboardInterrupt), closing(ended):
            try:
                for nth, hunt in ended:
                    twin, first, _ = every[left[nth]]
                    found[left[nth]] = Catch(twin, first, hunt)
                    progress.update(task, advance=1, description=f"last: {twin.name}")
            except Misuse as died:  # of what it had hunted nothing is lost
                console.print(f"boxoffice: {died}", soft_wrap=True, highlight=False, markup=False)
    return [found[it] for it in sorted(found, key=lambda it: (it % len(wanted), it))]
