"""Exceptions with their frames, kept for a debugger while somebody asks for them.

Nobody keeps any otherwise: what their frames hold would outlive the run.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

_asked: Final[list[list[BaseException]]] = []


@contextmanager
def keeping() -> Iterator[list[BaseException]]:
    """Keep what goes wrong meanwhile, in the order in which it does."""
    kept: list[BaseException] = []
    _asked.append(kept)
    try:
        yield kept
    finally:
        _asked.remove(kept)


def keep(error: BaseException) -> None:
    """Keep an exception that ends no run, for whoever asks."""
    for kept in _asked:
        kept.append(error)


def places(errors: list[BaseException]) -> list[BaseException]:
    """Return the first exception of each place, in order."""
    found: dict[tuple[type, str, int], BaseException] = {}
    for error in errors:
        trace = error.__traceback__
        while trace is not None and trace.tb_next is not None:
            trace = trace.tb_next
        if trace is not None:
            file = trace.tb_frame.f_code.co_filename
            found.setdefault((type(error), file, trace.tb_lineno), error)
    return list(found.values())
