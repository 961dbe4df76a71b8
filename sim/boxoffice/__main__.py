"""The `boxoffice` command, which listens for Ctrl-C before it loads what it runs.

`python -m boxoffice` is the same.
"""

from importlib import import_module

from boxoffice.terminal.interrupting import ending_at_once
from boxoffice.terminal.streams import prepare

__all__ = ["main"]


def main() -> None:
    """Load the command and run it."""
    with ending_at_once():
        prepare()
        command = import_module("boxoffice.cli").main
    command()


if __name__ == "__main__":
    main()
