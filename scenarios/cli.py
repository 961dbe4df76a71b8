"""The shop's commands of `boxoffice`; what one needs is loaded when it is used.

Exit status: 0 all holds, 1 something is violated, 2 misuse, 3 undecided, or never put to
the test.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from boxoffice.cli import main as main
from scenarios import dlq
from scenarios.audit.command import audit
from scenarios.check.command import check
from scenarios.learn import command as learn
from scenarios.options import JsonFile
from scenarios.reopened import reopen
from scenarios.spinner import spinner
from scenarios.unknown import Unknown

if TYPE_CHECKING:
    from boxoffice import Outcome
    from boxoffice.terminal import Console

EXIT: Final = {"holds": 0, "violated": 1, "error": 1, "undecided": 3, "vacuous": 3}
LARGEST_SEED: Final = 2**63 - 1

app = typer.Typer(
    help="A ticket shop of five services that you can break on purpose.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)
app.add_typer(dlq.app, name="dlq")
app.add_typer(learn.app, name="learn")
app.command(
    "trace",
    epilog="Example: [bold]boxoffice trace sale.trace --from 60 --to 65 --html a.html[/bold]",
)(reopen)
app.command(
    epilog="Example: [bold]boxoffice audit --nats nats://… --mongo mongodb://… --since 24h[/bold]"
)(audit)
app.command(epilog="Example: [bold]boxoffice check https://ticketing.dev --window 60[/bold]")(check)

HtmlFile = Annotated[
    Path | None,
    typer.Option(
        "--html", help="Write a report to FILE as HTML; with --bug, the whole run beside it."
    ),
]


@app.command(epilog="Example: [bold]boxoffice demo[/bold]")
def demo(
    html: Annotated[Path, typer.Option("--html", help="Where to write the report.")] = Path(
        "boxoffice-demo.html"
    ),
) -> None:
    """Play the headline stories, each with its defence in place and removed."""
    from rich.text import Text

    from boxoffice.terminal import Console
    from boxoffice.views import write_report
    from scenarios.demo import demonstrate
    from scenarios.output_files import check_files, write

    check_files({"--html": html})
    console = Console()
    outcomes, as_told = demonstrate(console)
    write(html, lambda path: write_report(outcomes, path))
    said = Text.assemble("\nThe report, with space-time diagrams: ", (str(html), "bold"))
    console.print(said, soft_wrap=True)  # a path has to work when it is copied
    raise typer.Exit(0 if as_told else 1)


@app.command("list", epilog="Example: [bold]boxoffice list --json names.json[/bold]")
def list_all(json_file: JsonFile = None) -> None:
    """List scenarios, faults, invariants and broken twins, a line each."""
    from boxoffice.terminal import Console
    from scenarios import catalogue
    from scenarios.output_files import check_files, write_json

    check_files({"--json": json_file})
    everything = catalogue.everything()
    if json_file is not None:
        return write_json(json_file, everything)
    console = Console()
    width = max(len(entry["name"]) for entries in everything.values() for entry in entries)
    for kind, entries in everything.items():
        console.print(f"[bold]{kind}[/bold]")
        for entry in entries:
            more = entry.get("summary") or f"{entry['defence']} → {entry['invariant']}"
            console.print(f"  {entry['name']:<{width}}  {more}", soft_wrap=True, highlight=False)


@app.command(
    epilog="Examples: [bold]boxoffice run last-seat --seed 7[/bold], "
    "[bold]boxoffice run late-cancel --bug no-holder-check --html late.html[/bold], "
    "[bold]boxoffice run out-of-order --target local[/bold]"
)
def run(
    scenario: Annotated[
        str,
        typer.Argument(help="Its name, see `boxoffice list`; or FILE.py::STORY, or MODULE:STORY."),
    ],
    seed: Annotated[
        int | None, typer.Option(min=0, max=LARGEST_SEED, help="Of all chance.")
    ] = None,
    bug: Annotated[str | None, typer.Option(help="A broken twin to put in place.")] = None,
    fault: Annotated[
        list[str] | None,
        typer.Option(help="A fault to add, by its name or as 'delays(3, nth=2)'; repeatable."),
    ] = None,
    size: Annotated[int | None, typer.Option(min=1, max=10_000, help="Of the crowd.")] = None,
    target: Annotated[
        str,
        typer.Option(
            help="Where to run: sim; local, real processes on this machine; or a shop's URL."
        ),
    ] = "sim",
    json_file: JsonFile = None,
    html: HtmlFile = None,
    trace: Annotated[
        Path | None, typer.Option(help="Write every event to FILE, a line of JSON each.")
    ] = None,
    stream: Annotated[
        Path | None,
        typer.Option(
            help="Keep the events in FILE, written as they come; `boxoffice trace` opens it."
        ),
    ] = None,
    no_trace: Annotated[
        bool, typer.Option("--no-trace", help="Keep no events; what needs them is undecided.")
    ] = False,
    host: Annotated[
        str | None, typer.Option(help="Show one host's log in place of the timeline.")
    ] = None,
) -> None:
    """Run one scenario once, and judge it."""
    from boxoffice.commands.naming import names
    from scenarios.output_files import check_files, write, write_json

    check_files({"--trace": trace, "--json": json_file, "--html": html, "--stream": stream})
    if no_trace and (stream or trace or host):
        raise Unknown("--stream, --trace and --host need the events that --no-trace does not keep")
    known = names()
    chosen = known.scenario(scenario)
    if target != "sim" and ":" in scenario:
        raise Unknown(f"{scenario} is played in sim alone: no other target has its services")
    if size is not None and not chosen.size:
        raise Unknown(f"{chosen.name} has no crowd, so --size means nothing to it")
    twin = known.twin(bug) if bug else None
    faults = [known.fault(text) for text in fault or ()]
    # Who has mistyped a name is told before all that plays it is loaded.
    from boxoffice.errors import Misuse
    from boxoffice.search import Case, in_a_line, token_of
    from boxoffice.terminal import Console
    from boxoffice.views import log_of, write_report
    from scenarios.targets import left_out, player

    play = player(target, chosen, seed, twin, faults, size, stream or not no_trace)
    try:
        with spinner(f"{chosen.name} is being played"):
            outcome = play()
    except Exception as error:
        if ":" not in scenario or isinstance(error, Misuse):
            raise
        case = Case(chosen, chosen.seed if seed is None else seed, twin, faults, size)
        where = f"where it comes from: boxoffice replay --traceback {token_of(case, known)}"
        typer.echo(f"boxoffice: {scenario} ends with {in_a_line(error)}\n{where}", err=True)
        raise typer.Exit(EXIT["error"]) from None
    if trace is not None:
        write(trace, outcome.trace.write)
    log = None if host is None else log_of(outcome.trace, host, chosen.system.hosts)
    _show(Console(), outcome, left_out(target, chosen), log)
    if json_file is not None:
        write_json(json_file, outcome.as_json())
    if html is not None:
        beside = []
        if twin is not None and target == "sim":  # where it costs next to nothing
            with spinner(f"{chosen.name} is being played with its defence in place"):
                beside = [player(target, chosen, seed, None, faults, size)()]
        write(html, lambda path: write_report([*beside, outcome], path))
    raise typer.Exit(EXIT[str(outcome.verdict)])


@app.command(
    epilog="Examples: [bold]boxoffice up[/bold], [bold]boxoffice up --speed 60 --port 0[/bold]"
)
def up(
    port: Annotated[
        int, typer.Option(min=0, max=65535, help="Of the shop; 0 takes one that is free.")
    ] = 8000,
    speed: Annotated[
        float, typer.Option(min=1, max=300, help="How many times as fast the clocks run.")
    ] = 1,
    data: Annotated[
        Path | None, typer.Option(help="Where NATS keeps its streams; forgotten if not given.")
    ] = None,
    verbose: Annotated[
        bool, typer.Option("--verbose", "-v", help="Tell every request and event.")
    ] = False,
) -> None:
    """Run the whole shop on this machine, behind one port and with a page, until Ctrl-C."""
    from importlib.util import find_spec

    from boxoffice.real import CannotOpen

    if data == Path():  # which is what becomes of "", too
        raise Unknown("--data names no folder of its own")
    if find_spec("scenarios.look") is None:
        raise Unknown("a shop is opened on a machine of one's own: the operator's image has none")

    from scenarios.up import up as keep_open

    try:
        keep_open(port, speed, data, verbose)
    except CannotOpen as reason:
        raise Unknown(str(reason)) from None


@app.command(epilog="Example: [bold]boxoffice lab --port 8889 --no-browser[/bold]")
def lab(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of JupyterLab.")] = 8888,
    browser: Annotated[bool, typer.Option(help="Open it in a browser.")] = True,
) -> None:
    """Open the notebooks in JupyterLab, until Ctrl-C."""
    from scenarios.lab.jupyterlab import CannotOpen, open_lab

    try:
        raise typer.Exit(open_lab(port, browser))
    except CannotOpen as reason:
        raise Unknown(str(reason)) from None


def _show(
    console: "Console", outcome: "Outcome", remark: str, log: Sequence[str] | None = None
) -> None:
    from rich.text import Text

    from boxoffice.views import summary_line, timeline_of, verdict_lines

    if log is None:
        console.print(timeline_of(outcome))
    else:
        console.print(Text("\n".join(log)), soft_wrap=True)
    if remark:
        console.print(remark)
    console.print(verdict_lines(outcome))
    console.print(summary_line(outcome))
