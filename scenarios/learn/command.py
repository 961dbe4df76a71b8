"""`boxoffice learn`: grow a service of your own, rung by rung."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from scenarios.unknown import Unknown

if TYPE_CHECKING:
    from scenarios.learn.checking import Result, Tell
    from scenarios.learn.rungs import Rung

LOOK_S: Final = 0.5  # between two looks at a file that is watched
WIDTH: Final = 80
GLOSSARY: Final = Path(__file__).resolve().parents[2] / "notebooks" / "glossary.md"

app = typer.Typer(
    help="Grow a service of your own, rung by rung: from an empty file to one that survives.",
    invoke_without_command=True,
    epilog="Begin with [bold]boxoffice learn start[/bold].",
)

RungName = Annotated[str, typer.Argument(metavar="RUNG", help="1, 2, 3a … 9.")]
Next = Annotated[str, typer.Argument(metavar="RUNG", help="1, 2, 3a … 9; else the next one.")]
FILE: Final = typer.Argument(metavar="FILE", help="Your shop; the last one that was checked.")
HtmlFile = Annotated[
    Path | None, typer.Option("--html", help="Write the smallest story to FILE, as a picture.")
]


@app.callback()
def learn(context: typer.Context) -> None:
    """Say where you are, and what is next."""
    if context.invoked_subcommand is not None:
        return
    from scenarios.learn.progress import progress
    from scenarios.learn.rungs import RUNGS

    now = progress()
    for rung in RUNGS:
        mark = "✓" if rung.name in now.passed else "▸" if rung == now.next else " "
        _say(f"{mark} {rung.name:<3} {rung.title}")
    _say("")
    if not now.passed and not Path(now.file).exists():
        _say("Begin with: boxoffice learn start   It writes shop.py; then check it.\n")
    if now.next is None:
        return _say(f"All of it is passed. {now.file} is a service that survives.")
    _show(now.next)


@app.command(epilog="Example: [bold]boxoffice learn start shop.py[/bold]")
def start(file: Annotated[Path, typer.Argument(help="Where.")] = Path("shop.py")) -> None:
    """Write a file with an empty `handle`; one that is there stays as it is."""
    from scenarios.learn.pages import START
    from scenarios.learn.progress import progress

    try:
        with file.open("x", encoding="utf-8") as new:
            new.write(START)
        _say(f"{file} has a `handle` that does nothing yet. What is next: boxoffice learn")
    except FileExistsError:
        _say(f"{file} is there already, and stays as it is. What is next: boxoffice learn")
    except OSError as error:
        raise Unknown(f"cannot write {file}: {error.strerror}") from None
    now = progress()
    if not now.passed:
        now.file = str(file)
    now.keep()


@app.command(epilog="Example: [bold]boxoffice learn task 3b[/bold]")
def task(rung: RungName) -> None:
    """Show the page of a rung."""
    _show(_named(rung))


@app.command(epilog="Example: [bold]boxoffice learn hint 3b[/bold]")
def hint(rung: Next = "") -> None:
    """Give a hint; another one each time, three of them."""
    from scenarios.learn.pages import page_of
    from scenarios.learn.progress import progress

    now, chosen = progress(), _named(rung)
    hints = page_of(chosen).hints
    number = now.hint(chosen, len(hints))
    now.keep()
    more = "ask again for the next" if number < len(hints) else "the last one"
    _say(f"rung {chosen.name}, hint {number} of {len(hints)} ({more}):")
    _markdown(hints[number - 1])


@app.command(epilog="Example: [bold]boxoffice learn solution 3b[/bold]")
def solution(rung: RungName) -> None:
    """Show one way to do it."""
    from scenarios.learn.pages import solution_of

    _say(solution_of(_named(rung)).rstrip())


@app.command(
    epilog="Examples: [bold]boxoffice learn check 3b shop.py --watch[/bold], "
    "[bold]boxoffice learn check[/bold]"
)
def check(
    rung: Next = "",
    file: Annotated[Path | None, FILE] = None,
    watch: Annotated[
        bool, typer.Option("--watch", help="Check again whenever the file is saved; until Ctrl-C.")
    ] = False,
    html: HtmlFile = None,
    seeds: Annotated[
        int | None, typer.Option(min=1, help="Stories of each rung, in place of its bar.")
    ] = None,
) -> None:
    """Play your shop on a rung, and on all rungs below it."""
    from scenarios.learn.progress import progress
    from scenarios.output_files import check_files

    check_files({"--html": html})
    if file is None and rung.endswith(".py"):
        rung, file = "", Path(rung)
    chosen, place = _named(rung), file or Path(progress().file)
    if not place.exists():
        raise Unknown(f"there is no file {place}: boxoffice learn start writes one")
    if not place.is_file():
        raise Unknown(f"{place} is no file")
    seen = _stamp(place)  # before, or what is saved meanwhile would be missed
    result = _checked(chosen, place, seeds, html)
    while watch:
        _say(f"{place} is watched; Ctrl-C ends it")
        _until_changed(place, seen)
        seen = _stamp(place)
        result = _checked(chosen if rung else _named(""), place, seeds, html)
    raise typer.Exit(0 if result.holds else 1)


def _checked(rung: "Rung", place: Path, seeds: int | None, html: Path | None) -> "Result":
    from scenarios.learn.checking import check
    from scenarios.learn.progress import progress

    with _telling() as tell:
        result = check(rung, str(place), seeds, tell)
    _say(str(result))
    now = progress()
    if seeds is None:  # with fewer than the bar has, nothing is passed
        if lost := now.now_at(str(place), result.rung, result.holds):
            _say(f"{place} has to pass again: {', '.join(lost)}")
        if said := now.keep():
            _say(said)
    if html is not None and result.outcome is not None:
        from boxoffice.views import write_report
        from scenarios.output_files import write

        outcome = result.outcome
        write(html, lambda path: write_report([outcome], path))
        _say(f"the picture: {html}")
    return result


def _until_changed(place: Path, seen: tuple[int, int] | None) -> None:
    waits = Event()
    while _stamp(place) in (seen, None):
        waits.wait(LOOK_S)


def _stamp(place: Path) -> tuple[int, int] | None:
    try:
        found = place.stat()
    except OSError:  # an editor may put another file in its place
        return None
    return found.st_mtime_ns, found.st_size


@contextmanager
def _telling() -> Iterator["Tell"]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from boxoffice.terminal import Console, on_terminal

    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(30), TimeElapsedColumn())
    bar = Progress(*columns, console=console, transient=True, disable=not on_terminal(console))
    one = bar.add_task("", total=None)

    def tell(rung: Any, number: int, of: int) -> None:
        said = f"rung {rung.name}, story {number} of {of}"
        bar.update(one, description=said, completed=number, total=of)

    with bar:
        yield tell


def _named(rung: str) -> "Rung":
    from scenarios.learn.progress import progress
    from scenarios.learn.rungs import RUNGS, rung_named

    return rung_named(rung) if rung else progress().next or RUNGS[-1]


def _show(rung: "Rung") -> None:
    from scenarios.learn.pages import page_of

    _markdown(page_of(rung).task)
    _say(f"\nThe bar: {rung.seeds} stories. boxoffice learn check {rung.name}")
    _say(f"Stuck? boxoffice learn hint {rung.name}")
    if GLOSSARY.is_file():  # not in a wheel
        _say(f"The field's words: {os.path.relpath(GLOSSARY)}")


def _markdown(text: str) -> None:
    import re

    from rich.markdown import Markdown

    from boxoffice.terminal import Console

    console = Console()
    # A terminal follows no link into a folder; the words stand in one glossary.
    plain = re.sub(r"\[([^\]]+)\]\([^)]*glossary.md[^)]*\)", r"*\1*", text)
    console.print(Markdown(plain, hyperlinks=False), width=min(WIDTH, console.width))


def _say(text: str) -> None:
    typer.echo(text)
