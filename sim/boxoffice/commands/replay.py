"""`boxoffice replay`: exactly that run again, and where it differs from what it was."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from boxoffice.search import Case, Marks
    from boxoffice.search.token import Names

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
) -> None:
    """Play a run again that was found, and say whether it is the same."""
    from boxoffice.commands.naming import names
    from boxoffice.search.marks import differs
    from boxoffice.terminal import Console
    from boxoffice.trace.verdict import Verdict
    from boxoffice.views import summary_line, timeline_of, verdict_lines, write_report

    known = names()
    text, (case, marks) = _read(token, known)
    outcome = case.play()
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
        write_report([outcome], html)
    if pytest_file is not None:
        pytest_file.write_text(_test(text, case, known), encoding="utf-8")
    bad = (Verdict.VIOLATED, Verdict.ERROR)
    raise typer.Exit(1 if outcome.verdict in bad else 0 if outcome.verdict == "holds" else 3)


def _read(given: str, known: "Names") -> "tuple[str, tuple[Case, Marks | None]]":
    """Return the token that was given, or is in the file, and its case.  Raises: Misuse."""
    import json

    from boxoffice.misuse import Misuse
    from boxoffice.search.token import BEGIN, case_of

    text = given.strip()
    if not text.startswith(BEGIN):
        path = Path(given)
        if not path.is_file():
            raise Misuse(f"{given!r} is neither a token, which begins with {BEGIN}, nor a file")
        try:
            text = path.read_text(encoding="utf-8").strip()
            said: Any = json.loads(text) if text.startswith("{") else text
        except (UnicodeDecodeError, ValueError):
            raise Misuse(f"{path} holds no token") from None
        text = str(said.get("replay") or "") if isinstance(said, dict) else text
        if not text.startswith(BEGIN):
            raise Misuse(f"{path} holds no token")
    return text, case_of(text, known)


def _test(token: str, case: "Case", known: "Names") -> str:
    name = case.scenario.name.replace("-", "_")
    return f'''"""A run that was found to fail, kept as a test."""

from boxoffice.commands.naming import names
from boxoffice.search import case_of


def test_{name}_holds_on_seed_{case.seed}():
    case, _ = case_of("{token}", names())
    outcome = case.play()
    assert outcome.verdict != "violated", outcome.violations[0].message
'''
