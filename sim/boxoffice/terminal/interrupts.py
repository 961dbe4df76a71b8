"""Ctrl-C while modules are loaded, which takes a second or more.

Anything may happen to an exception that is raised in the middle of an import: some libraries catch
all of them there, and then Ctrl-C would go unheard.
"""

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

INTERRUPTED: Final = 130  # what a shell says of a command that was ended by Ctrl-C
SAID: Final = "boxoffice: interrupted"


@contextmanager
def exit_on_interrupt() -> Iterator[None]:
    """Let Ctrl-C end the process on the spot; for where there is nothing to clean up yet."""
    heard = signal.getsignal(signal.SIGINT)
    if heard is not signal.default_int_handler:  # somebody has asked not to be interrupted
        yield
        return
    signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


def _end(number: int, frame: object) -> NoReturn:
    print(SAID, file=sys.stderr, flush=True)
    os._exit(INTERRUPTED)
