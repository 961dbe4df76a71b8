"""`boxoffice explore`: many runs, until one falls; that one made small, and told."""

from pathlib import Path
from typing import Annotated, Final

import typer

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")

TIME_S: Final = 60.0
LARGEST_SEED: Final = 2**63 - 1


@app.command(
    epilog="Examples: [bold]boxoffice explore --time 60[/bold], "
    "[bold]boxoffice explore rush --bug no-refund[/bold], "
    "[bold]boxoffice explore test_warehouse.py::a-day --runs 1000[/bold]"
)
def explore(
    scenarios: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SCENARIO",
            help="By name, or FILE.py::STORY, or MODULE:STORY; all storms, if none is named.",
        ),
    ] = None,
    time_s: Annotated[
        float | None, typer.Option("--time", min=0.1, help="Seconds to look for.")
    ] = None,
    runs: Annotated[
        int | None, typer.Option("--runs", "--seeds", min=1, help="Runs to look at, at most.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0, max=LARGEST_SEED, help="Of the first run.")] = 0,
    bug: Annotated[str | None, typer.Option(help="A broken twin to put in place.")] = None,
    fault: Annotated[list[str] | None, typer.Option(help="A fault to add; repeatable.")] = None,
    size: Annotated[int | None, typer.Option(min=1, max=10_000, help="Of the crowd.")] = None,
    jobs: Annotated[
        int | None, typer.Option(min=1, max=1024, help="Processes; one a processor, if not given.")
    ] = None,
    dask: Annotated[
        str | None,
        typer.Option(metavar="ADDRESS", help="Play on the workers of this Dask scheduler."),
    ] = None,
    strategy: Annotated[
        str,
        typer.Option(
            help="Where to look: random, pct, delays; por, por-whole for one small story; or auto, "
            "which takes turns."
        ),
    ] = "auto",
    keep_going: Annotated[
        bool, typer.Option("--keep-going", help="Look on when something has fallen.")
    ] = False,
    twice: Annotated[
        int, typer.Option(min=0, help="Play one of so many runs twice, and compare; 0 for none.")
    ] = 0,
    shrink_s: Annotated[
        float, typer.Option("--shrink-time", min=0, help="Seconds to make a failure small in.")
    ] = 60.0,
    campaign_file: Annotated[
        Path | None,
        typer.Option("--campaign", help="Go on with the campaign in FILE, and write it there."),
    ] = None,
    against: Annotated[
        Path | None, typer.Option(help="Say what is new, gone or rarer against this campaign.")
    ] = None,
    fresh: Annotated[
        bool, typer.Option("--fresh", help="Play no failures first that were found before.")
    ] = False,
    aloud: Annotated[
        bool, typer.Option("--aloud", help="Let be heard what services print and log.")
    ] = False,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write the result to FILE as JSON.")
    ] = None,
) -> None:
    """Run storms on many seeds; make the first failure small, and say how to replay it."""
    from boxoffice.commands.asked import Asked
    from boxoffice.commands.findings import as_json, nothing_found
    from boxoffice.commands.naming import names
    from boxoffice.commands.on_dask import OnDask
    from boxoffice.commands.output import check_writable, write_json
    from boxoffice.commands.searching import Search
    from boxoffice.search.strategies.spelling import strategy_of
    from boxoffice.search.workers import processors
    from boxoffice.terminal import Console
    from boxoffice.terminal.silence import muted

    check_writable(json_file, campaign_file)
    known = names()
    asked = Asked(tuple(scenarios or ()), seed, bug, tuple(fault or ()), size)
    plan = asked.plan(known)
    if time_s is None and runs is None:
        time_s = TIME_S
    chosen = strategy_of(strategy, len(plan.cases))
    with muted(not aloud):
        console = Console()
        search = Search(plan, known, console, shrink_s, campaign_file, against)
        again = 0 if fresh else search.play_kept()
        if not again or keep_going:
            players = OnDask(dask, asked) if dask else None
            search.look(time_s, runs, jobs or processors(), keep_going, chosen, twice, players)
        else:
            said = "nothing new was looked for: --keep-going looks on, --fresh leaves these out"
            console.print(said, soft_wrap=True, highlight=False)
        if not search.found:
            seen = nothing_found(search.campaign, plan, known)
            console.print(seen, soft_wrap=True, highlight=False)
            if campaign_file is None and search.campaign.runs and not search.campaign.ending:
                more = "  the same again plays the same runs: --campaign FILE goes on after them"
                console.print(more, soft_wrap=True, highlight=False)
        else:
            for said in search.campaign.in_vain:
                because = f"what fell has nothing to do with it: {said}"
                console.print(because, soft_wrap=True, markup=False, highlight=False)
        search.tell_record()
    if json_file is not None:
        write_json(json_file, as_json(search.campaign, search.found, plan, known, chosen.name))
    decided = search.campaign.decided and not search.campaign.in_vain
    raise typer.Exit(1 if search.found else 0 if decided else 3)
