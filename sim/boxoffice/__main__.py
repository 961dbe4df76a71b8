"""The `boxoffice` command, which listens for Ctrl-C before it loads what it runs.

`python -m boxoffice` is the same.
"""

import sys
from importlib import import_module

from boxoffice.terminal.interrupts import INTERRUPTED, SAID, exit_on_interrupt
from boxoffice.terminal.streams import prepare

__all__ = ["main"]


def main(commands: str = "boxoffice.cli") -> None:
    """Load the commands that are the `app` of a module, and run one."""
    try:
        with exit_on_interrupt():
            prepare()
            run, app = import_module("boxoffice.cli").main, import_module(commands).app
        run(app)
    except KeyboardInterrupt:  # in the moment between the two, or the last
        print(SAID, file=sys.stderr)
        sys.exit(INTERRUPTED)


if __name__ == "__main__":
    main()
