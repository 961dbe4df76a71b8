"""`boxoffice kill`: a story or facts of one's own, graded by the broken twins they give away."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scenarios.spinner import spinner
from scenarios.unknown import Unknown, pick

if TYPE_CHECKING:
    from scenarios.kill.challenges import Challenge
    from scenarios.kill.grading import Grade

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")


@app.command(
    epilog="Examples: [bold]boxoffice kill[/bold], [bold]boxoffice kill money facts.py[/bold]"
)
def kill(
    challenge: Annotated[
        str | None, typer.Argument(help="Its name; all, if none is given.")
    ] = None,
    file: Annotated[
        Path | None, typer.Argument(help="What you have written; begun for you if it is not there.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option("--html", help="Draw whoever survives, beside the shop as it is.")
    ] = None,
) -> None:
    """Write a story, or facts, that tell broken twins from the shop as it is."""
    from scenarios.kill.challenges import CHALLENGES
    from scenarios.output_files import check_files

    check_files({"--html": html})
    if challenge is None:
        return _list(list(CHALLENGES.values()))
    chosen = pick("challenge", challenge, CHALLENGES)
    if file is None:
        return _show(chosen)
    if not file.exists():
        return _begin(chosen, file)
    if not file.is_file():
        raise Unknown(f"{file} is no file")
    grade = _graded(chosen, file)
    _tell(grade, file)
    if html is not None:
        _draw(grade, html)
    raise typer.Exit(0 if grade.passed else 1)


def _list(challenges: "list[Challenge]") -> None:
    from boxoffice.terminal import Console

    console = Console()
    for it in challenges:
        bar = f"{it.bar} of {len(it.names)} twins are enough"
        console.print(f"  {it.name:<16} {it.tier:<7} {it.by:<6} {bar}", highlight=False)
    console.print("see one: boxoffice kill NAME; begin: boxoffice kill NAME FILE.py")


def _show(challenge: "Challenge") -> None:
    from rich.markdown import Markdown
    from rich.table import Table

    from boxoffice.terminal import Console
    from scenarios.kill.verbs import table

    console = Console()
    console.print(Markdown(challenge.page))
    console.print("\nThe twins, each without one defence:")
    twins = Table(box=None, show_header=False)
    for twin in challenge.twins:
        twins.add_row(f" {twin.name}", twin.defence)
    console.print(twins)
    called = "What a story may call" if challenge.by == "story" else "What a fact is given"
    console.print(f"\n{called}:\n{table(challenge)}", markup=False, highlight=False)
    said = f"{challenge.bar} of them are enough: boxoffice kill {challenge.name} FILE.py"
    console.print(f"{said}\nA FILE that is not there is begun for you.", highlight=False)


def _begin(challenge: "Challenge", file: Path) -> None:
    from boxoffice.terminal import Console
    from scenarios.output_files import write

    if not file.parent.is_dir():
        raise Unknown(f"there is no folder {file.parent}")
    write(file, lambda path: path.write_text(challenge.starter, encoding="utf-8"))
    again = f"boxoffice kill {challenge.name} {file}"
    Console().print(f"{file} is there to begin with; then {again}", highlight=False, soft_wrap=True)


def _graded(challenge: "Challenge", file: Path) -> "Grade":
    from scenarios.kill.grading import grade_file

    with spinner() as say:
        return grade_file(challenge, file, say)


def _tell(grade: "Grade", file: Path) -> None:
    from boxoffice.terminal import Console
    from scenarios.lab.words import wrapped

    console = Console()
    said = wrapped(f"{file}:\n{grade}", "    ", console.width)
    console.print(said, soft_wrap=True, markup=False, highlight=False)


def _draw(grade: "Grade", html: Path) -> None:
    from boxoffice.terminal import Console
    from boxoffice.views import write_report
    from scenarios.output_files import write

    played = grade.survivors()
    if not played:
        return Console().print("nobody survives, so that nothing is drawn")
    write(html, lambda path: write_report(played, path))
    Console().print(f"whoever survives, beside the shop as it is: {html}", soft_wrap=True)
