"""Ctrl-C while modules are loaded, which takes a second or more; and SIGTERM, which is heard alike.

Anything may happen to an exception that is raised in the middle of an import: some libraries catch
all of them there, and then Ctrl-C would go unheard.
"""

import os
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final, NoReturn

INTERRUPTED: Final = 130  # what a shell says of a command that was ended by Ctrl-C
TERMINATED: Final = 143  # and by SIGTERM
SAID: Final = "boxoffice: interrupted"


_signals: list[int] = []


@contextmanager
def interrupted_by_sigterm() -> Iterator[None]:
    """Let SIGTERM do what Ctrl-C does, so that work is kept."""
    _signals.clear()
    with _interrupting(signal.SIGTERM, signal.SIG_DFL):
        yield


def is_terminated() -> bool:
    """Tell whether SIGTERM came."""
    return signal.SIGTERM in _signals


@contextmanager
def remembered() -> Iterator[None]:
    """Remember Ctrl-C, as SIGTERM is: for `is_interrupted`.

    Not everywhere: `asyncio.run` has a way of its own with Ctrl-C, where nobody else has.
    """
    with _interrupting(signal.SIGINT, signal.default_int_handler):
        yield


def is_interrupted() -> bool:
    """Tell whether either came: a story, or a finalizer, may have caught what it raised."""
    return bool(_signals)


@contextmanager
def _interrupting(number: int, usual: Any) -> Iterator[None]:
    # Unless somebody listens for it already, or this is no main thread, which cannot listen.
    is_main = threading.current_thread() is threading.main_thread()
    if not is_main or signal.getsignal(number) is not usual:
        yield
        return
    signal.signal(number, _interrupt)
    try:
        yield
    finally:
        signal.signal(number, usual)


def _interrupt(number: int, frame: object) -> NoReturn:
    _signals.append(number)
    raise KeyboardInterrupt


@contextmanager
def exit_on_interrupt() -> Iterator[None]:
    """Let Ctrl-C end the process on the spot; for where there is nothing to clean up yet."""
    heard = signal.getsignal(signal.SIGINT)
    if heard not in (
        signal.default_int_handler,
        _interrupt,
    ):  # somebody has asked not to be interrupted
        yield
        return
    signal.signal(signal.SIGINT, _end)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, heard)


@contextmanager
def exit_when_told() -> Iterator[None]:
    """Let Ctrl-C and SIGTERM end the process on the spot, whatever is played meanwhile.

    For where nothing would be lost: what they raise in a finalizer, say, nobody would hear.
    """
    heard = {it: signal.signal(it, _end) for it in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, before in heard.items():
            signal.signal(number, before)


def _end(number: int, frame: object) -> NoReturn:
    print(SAID, file=sys.stderr, flush=True)
    os._exit(TERMINATED if number == signal.SIGTERM else INTERRUPTED)
