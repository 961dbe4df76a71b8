"""The `boxoffice` command: whatever the installed packages bring, and searches of its own.

A package brings commands by entry points of the group `boxoffice.commands`:

    [project.entry-points."boxoffice.commands"]
    restock = "warehouse.commands:app"

where `app` is a Typer app; its command `restock` is taken, or all of it if it has none.

Exit status: 2 for misuse, 130 after Ctrl-C, 143 after SIGTERM, and otherwise the command's own.
"""

import sys
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from boxoffice.clock.asserts import insist_on_asserts
from boxoffice.clock.stuck import Stuck
from boxoffice.misuse import Misuse
from boxoffice.terminal.commands import Commands
from boxoffice.terminal.interrupts import (
    INTERRUPTED,
    SAID,
    TERMINATED,
    interrupted_by_sigterm,
    is_terminated,
)
from boxoffice.terminal.light_help import load_light_help
from boxoffice.terminal.streams import is_lost

__all__ = ["main"]

ABOUT: Final = "Your own services in virtual time, under faults, judged by your own invariants."
NOTHING: Final = """

No other commands are installed. Stories are run by pytest:
[bold]pytest test_stories.py --boxoffice-seeds 20[/bold]. A package adds commands of its own by
entry points of the group [bold]boxoffice.commands[/bold].
"""


class Installed(TyperGroup):
    """The commands of all packages, each loaded when it is asked for."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        self.installed = Commands()
        self.commands = self.installed

    def format_help(self, ctx: Any, formatter: Any) -> None:
        self.installed.load()
        self.help = "\n\n".join(self.installed.said) or ABOUT
        if not _others(self.installed):
            self.help += NOTHING
        super().format_help(ctx, formatter)


app = typer.Typer(
    cls=Installed,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)


def _say_versions(asked: bool) -> None:
    if asked:
        for line in _versions():
            typer.echo(line)
        raise typer.Exit


@app.callback()
def boxoffice(
    _: Annotated[
        bool,
        typer.Option(
            "--version", is_eager=True, callback=_say_versions, help="Show the versions and exit."
        ),
    ] = False,
) -> None:
    """Options that stand before the command."""


def _versions() -> Iterator[str]:
    yield f"boxoffice {version('boxoffice')}"
    yield from (f"{name} {version(name)}" for name in _others(Commands()))


def _others(commands: Commands) -> list[str]:
    """Return the packages that bring commands, without the engine, which has a few of its own."""
    return [name for name in commands.packages if name != "boxoffice"]


def main(command: typer.Typer = app) -> None:
    """Run a command; a user's mistake is one line on stderr."""
    with interrupted_by_sigterm():
        status = _status(command)
    if status == INTERRUPTED:
        print(SAID, file=sys.stderr)
        status = TERMINATED if is_terminated() else INTERRUPTED
    sys.exit(status)


def _status(command: typer.Typer) -> Any:
    try:
        insist_on_asserts()
        if not sys.argv[1:] or "--help" in sys.argv:
            load_light_help()
        status = command(prog_name=_called_as(), standalone_mode=False) or 0
        sys.stdout.flush()
    except Misuse as mistake:
        status = _misuse(str(mistake))
    except typer.TyperException as mistake:
        # Asked for nothing, the command shows its help, which is longer than a line.
        status = _misuse(mistake.format_message()) if sys.argv[1:] else 2
    except Stuck as error:  # which says where it is
        print(f"boxoffice: {error}", file=sys.stderr)
        status = 1
    except OSError as error:
        if not is_lost(error):
            raise
        gone = isinstance(error, BrokenPipeError)
        status = 0 if gone else _misuse(f"cannot write: {error.strerror}")
    return status


def _called_as() -> str:
    # Left to itself, Click says how this process was started, be it a test's.
    name = Path(sys.argv[0]).stem
    return name if name.startswith("boxoffice") else "boxoffice"


def _misuse(message: str) -> int:
    print(f"boxoffice: {message}", file=sys.stderr)
    return 2
