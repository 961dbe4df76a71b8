"""How a loop ends in good order: only while it waits, so that nothing is left half done."""

import asyncio
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class Cancellation:
    """Ends the tasks that have joined it, once asked to, each as soon as it waits."""

    def __init__(self) -> None:
        self._asked = False
        self._waiting: dict[asyncio.Task[Any], None] = {}  # a set that keeps its order
        self._ended: dict[asyncio.Task[Any], None] = {}

    def join(self) -> None:
        """Have the task at hand, and those that it starts, end with this ending."""
        _of_this_task.set(self)

    def ask(self) -> None:
        """End those that wait now, and from now on whoever begins to wait."""
        self._asked = True
        for task in self._waiting:
            self._ended[task] = None
            task.cancel()

    @contextmanager
    def point(self) -> Iterator[None]:
        if self._asked:
            raise asyncio.CancelledError
        task = asyncio.current_task()
        assert task is not None, "only a task waits"
        self._waiting[task] = None
        try:
            yield
        finally:
            del self._waiting[task]

    def requests(self, task: asyncio.Task[Any]) -> int:
        """Return how many of a task's requests to be cancelled have come from here."""
        return int(task in self._ended)


_of_this_task: ContextVar[Cancellation | None] = ContextVar("ending", default=None)


@contextmanager
def cancellation_point() -> Iterator[None]:
    """Mark where the task at hand waits with nothing in its hands, and may be ended.

    Raises: asyncio.CancelledError, also where the task was cancelled before and has not heard it:
    asyncio.wait_for forgets it in Python 3.11 if what it waited for is done, and nats-py says in
    its place that the connection is closed.  A loop that goes on after any error would never end.
    """
    if must_let_go():
        raise asyncio.CancelledError
    cancellation = _of_this_task.get()
    if cancellation is None:
        yield
        return
    with cancellation.point():
        yield


async def finish(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Wait until tasks are done that are in hand; end them where there is no patience for that."""
    in_hand = list(tasks)
    try:
        if in_hand:
            await asyncio.wait(in_hand)
    except asyncio.CancelledError:
        for task in in_hand:
            task.cancel()
        raise


def must_let_go() -> bool:
    """Tell whether the task at hand is cancelled otherwise than in good order: whatever it has."""
    cancellation, task = _of_this_task.get(), asyncio.current_task()
    assert task is not None, "only a task is cancelled"
    in_good_order = cancellation.requests(task) if cancellation else 0
    return task.cancelling() > in_good_order
