"""Where a command prints, in colours if somebody sees them."""

from contextlib import suppress
from typing import Any

import rich.console

from boxoffice.terminal.silence import heard


def on_terminal(console: rich.console.Console) -> bool:
    """Tell whether somebody looks on: FORCE_COLOR asks for colours in a file, not for motion."""
    return console.file.isatty()


class Console(rich.console.Console):
    """A console whose reader may go away: what runs goes on, and ends with a status of its own.

    It is heard while what services print is not.
    """

    def __init__(self, *, stderr: bool = False, **options: Any) -> None:
        if own := heard("stderr" if stderr else "stdout"):
            options.setdefault("file", own)
        super().__init__(stderr=stderr, **options)

    def on_broken_pipe(self) -> None:
        """Go on, without a reader."""
        with suppress(SystemExit):  # with 1, which would say that something is violated
            super().on_broken_pipe()
