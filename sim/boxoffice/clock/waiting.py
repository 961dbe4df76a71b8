"""Where a task waits: the innermost line of somebody's own that has not come back."""

import asyncio
import gc
from collections.abc import Callable, Iterable, Iterator
from types import AsyncGeneratorType, FrameType
from typing import Any, Final

from boxoffice.clock.sandbox import is_own

MOST: Final = 5  # that wait beside the one that is waited for
Whose = Callable[[asyncio.Task[Any]], tuple[str, Iterable[asyncio.Task[Any]]]]


def still(task: object, whose: Whose) -> str:
    """Return whose task it is that goes on, and where; "" where there is no task.

    `whose` tells a name, and what other tasks there are of that name: a lifespan is waited for
    over a queue, which does not know who is to fill it.
    """
    if not isinstance(task, asyncio.Task):
        return ""
    name, beside = whose(_innermost(task))
    places = (place_of(it) for it in (task, *beside))
    return f": {name} is still at {next(filter(None, places), coroutine_of(task))}"


def also_at(tasks: Iterable[asyncio.Task[Any]], whose: Whose) -> str:
    """Return in words where the first few others are; "" where there are none on a user's line."""
    # Sorted, since a set of tasks is in no order of its own.
    places = sorted({f"{whose(it)[0]} at {place}" for it in tasks if (place := place_of(it))})
    return f"; {', '.join(places[:MOST])}" if places else ""


def place_of(task: asyncio.Task[Any]) -> str:
    """Return `path:line` and the function there, or "", if no line is a user's."""
    own = [it for it in frames_of(task) if _is_own(it)]
    if not own:
        return ""
    return f"{own[-1].f_code.co_filename}:{own[-1].f_lineno}, in {own[-1].f_code.co_qualname}"


def coroutine_of(task: asyncio.Task[Any]) -> str:
    """Return the name of what a task runs: its own is numbered, otherwise in each run."""
    return str(getattr(task.get_coro(), "__qualname__", "a task"))


def _innermost(task: asyncio.Task[Any]) -> asyncio.Task[Any]:
    """Return the task at the end of the chain in which each waits for the next."""
    followed = {task}
    while (inner := _awaited(task)) is not None and inner not in followed:
        followed.add(inner)
        task = inner
    return task


def task_of(callback: Any) -> asyncio.Task[Any] | None:
    """Return the task that a callback goes on with, if that is what it does."""
    task = getattr(callback, "__self__", None)
    return task if isinstance(task, asyncio.Task) else None


def frames_of(
    task: asyncio.Task[Any], seen: set[asyncio.Task[Any]] | None = None
) -> Iterator[FrameType]:
    """Yield the frames that a task is in, and those of the tasks that it waits for."""
    seen = set() if seen is None else seen
    seen.add(task)
    coro: Any = task.get_coro()
    while coro is not None:
        if type(coro).__name__.startswith("async_generator_"):
            # One step of an asynchronous generator tells nobody but the collector whose it is.
            coro = next(it for it in gc.get_referents(coro) if isinstance(it, AsyncGeneratorType))
        frame = _first(coro, "cr_frame", "gi_frame", "ag_frame")
        if frame is not None:
            yield frame
        coro = _first(coro, "cr_await", "gi_yieldfrom", "ag_await")
    inner = _awaited(task)
    if inner is not None and inner not in seen:
        yield from frames_of(inner, seen)


def _first(coro: object, *names: str) -> Any:
    return next((getattr(coro, name) for name in names if hasattr(coro, name)), None)


def _awaited(task: asyncio.Task[Any]) -> asyncio.Task[Any] | None:
    future: Any = getattr(task, "_fut_waiter", None)
    # Of several that are gathered, the first that is not done.
    children = getattr(future, "_children", ())
    future = next((it for it in children if not it.done()), future)
    return future if isinstance(future, asyncio.Task) else None


def _is_own(frame: FrameType) -> bool:
    return is_own(str(frame.f_globals.get("__name__", "")), frame.f_code.co_filename)
