"""The `boxoffice` command, which listens for Ctrl-C before it loads what it runs.

`python -m boxoffice` is the same.
"""

from importlib import import_module

from boxoffice.terminal.interrupts import exit_on_interrupt
from boxoffice.terminal.streams import prepare

__all__ = ["main"]


def main() -> None:
    """Load the command and run it."""
    with exit_on_interrupt():
        prepare()
        command = import_module("boxoffice.cli").main
    command()


if __name__ == "__main__":
    main()
