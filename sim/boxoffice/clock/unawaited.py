"""Coroutines that are made and never awaited, heard of where Python itself finds them out.

Python warns of one when the last name of it goes, and a warning may be filtered.  Whoever listens
here is told at that very moment, which is the same in each run; only of one that is in a circle of
references the collector would tell, at a moment of its own, and nobody is told.
"""

import asyncio
import gc
import inspect
import os
import sys
import warnings
from asyncio import events
from collections.abc import Callable, Coroutine, Iterable, Iterator
from contextlib import contextmanager
from types import CoroutineType, FrameType
from typing import Any, Final

from boxoffice.clock.sandbox import is_library
from boxoffice.clock.waiting import frames_of

# Callers that are kept of each coroutine.  More would cost a tenth of a run; where the one that is
# kept is a library's, whoever drops it is named, which is the same line unless it had a name.
DEPTH: Final = 1
_HERE: Final = os.path.dirname(os.path.dirname(__file__))
_NOT_OWN: Final = ("<frozen", os.path.join(_HERE, ""), os.path.dirname(os.__file__))

Calls = Iterable[tuple[str, int, str]]


@contextmanager
def listening(loop: object, tell: Callable[[str], None]) -> Iterator[None]:
    """Tell in words of each coroutine that is dropped, never awaited, while `loop` runs."""
    collecting: list[str] = []
    depth = sys.get_coroutine_origin_tracking_depth()
    warn = getattr(warnings, "_warn_unawaited_coroutine", None)  # what Python asks to warn

    def dropped(coroutine: Any) -> None:
        if events._get_running_loop() is loop and not collecting:
            place = _place(coroutine.cr_origin or ()) or _place(_stack())
            tell(f"{coroutine.__qualname__}() was never awaited{place and f': {place}'}")
        if warn is not None:
            warn(coroutine)

    def collects(phase: str, _: object) -> None:
        collecting[:] = [phase] if phase == "start" else []

    gc.callbacks.append(collects)
    sys.set_coroutine_origin_tracking_depth(max(depth, DEPTH))
    warnings._warn_unawaited_coroutine = dropped  # type: ignore[attr-defined]
    try:
        yield
    finally:
        warnings._warn_unawaited_coroutine = warn  # type: ignore[attr-defined]
        sys.set_coroutine_origin_tracking_depth(depth)
        gc.callbacks.remove(collects)


def _place(calls: Calls) -> str:
    """Return `path:line` and the function of the innermost call that is somebody's own, or ""."""
    for file, line, function in calls:
        if not file.startswith(_NOT_OWN) and not is_library(file):
            return f"{file}:{line}, in {function}"
    return ""


def _stack() -> Calls:
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        yield frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_qualname
        frame = frame.f_back


def still_to_be_awaited(task: asyncio.Task[Any]) -> Iterator[Coroutine[Any, Any, Any]]:
    """Yield the coroutines that a task would have come to, had it not been ended."""
    for frame in frames_of(task):
        for value in list(frame.f_locals.values()):
            for each in value if type(value) in (list, tuple) else (value,):
                if (
                    type(each) is CoroutineType
                    and inspect.getcoroutinestate(each) == "CORO_CREATED"
                ):
                    yield each
