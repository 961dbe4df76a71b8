"""Silence for what services print and log, so that results stand alone on the terminal.

Thousands of runs would say everything thousands of times.  Loggers and whoever was loaded before
may hold a stream of their own, so it is the descriptors that lead nowhere meanwhile.
"""

import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any, Final

from boxoffice.terminal.streams import nowhere

_NAMES: Final = ("stdout", "stderr")  # whose descriptors are 1 and 2
_heard: dict[str, IO[str]] = {}  # while others are silent: where our own consoles print


def heard(name: str) -> IO[str] | None:
    """Return the stream that consoles print to in place of a standard one; None for that one."""
    return _heard.get(name)


@contextmanager
def muted(is_asked: bool = True) -> Iterator[None]:
    """Let nothing be heard but the consoles that are made in here."""
    with ExitStack() as stack:
        for number, name in enumerate(_NAMES, 1) if is_asked and not _heard else ():
            stack.enter_context(_muted(number, name))
        yield


@contextmanager
def _muted(number: int, name: str) -> Iterator[None]:
    stream: Any = getattr(sys, name)
    instead = _descriptor if _is_own(stream, number) else _object
    with instead(number, name, stream) as _heard[name]:
        try:
            yield
        finally:
            del _heard[name]


@contextmanager
def _descriptor(number: int, name: str, stream: Any) -> Iterator[IO[str]]:
    stream.flush()
    said = {"encoding": stream.encoding, "errors": stream.errors}
    with open(os.dup(number), "w", **said) as kept, nowhere() as nobody:
        os.dup2(nobody.fileno(), number)
        try:
            yield kept
        finally:
            stream.flush()
            os.dup2(kept.fileno(), number)


@contextmanager
def _object(number: int, name: str, stream: Any) -> Iterator[IO[str]]:
    with nowhere() as nobody:
        setattr(sys, name, nobody)
        try:
            yield stream
        finally:
            setattr(sys, name, stream)


def _is_own(stream: Any, number: int) -> bool:
    try:
        return bool(stream.fileno() == number)
    except (OSError, ValueError):  # a test listens in its place
        return False
