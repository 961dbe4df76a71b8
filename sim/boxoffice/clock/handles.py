"""What a loop is to call: as much of an `asyncio.Handle` as anybody asks for, there are so many."""

from collections.abc import Callable
from contextvars import Context
from heapq import heapify
from typing import Any, Final

FEW: Final = 256  # that wait: whatever of them was cancelled may wait on


class Handle:
    """A call of `callback`, None if it was called off, in a context.  A loop reads it as it is."""

    __slots__ = ("args", "callback", "context")

    def __init__(
        self, callback: Callable[..., object], args: tuple[Any, ...], context: Context
    ) -> None:
        self.callback: Callable[..., object] | None = callback
        self.args = args
        self.context = context

    def cancel(self) -> None:
        self.callback = None
        self.args = ()

    def cancelled(self) -> bool:
        return self.callback is None


class Alarm(Handle):
    """A handle that waits among SimPy's events, from which a loop takes it itself."""

    __slots__ = ("at",)
    at: float

    def when(self) -> float:
        """Return the loop's time at which it is to be called."""
        return self.at


class PacedAlarm(Alarm):
    """One that an environment takes: a SimPy event, as far as its `step` looks at it.

    It is for an environment with a step of its own, such as one that waits for the wall.
    """

    __slots__ = ("callbacks",)
    _ok = True

    def __init__(self, ring: Callable[["PacedAlarm"], object], *called: Any) -> None:
        super().__init__(*called)
        self.callbacks: Any = (ring,)


def forget_cancelled(queue: list[Any]) -> int:
    """Take out of SimPy's queue what was cancelled; return from what length on to do so again.

    A limit of time that nobody reached would lie there until its moment, of which there may be
    thousands.  asyncio's own loop takes them out as well.  What is left keeps its order: each entry
    has a number of its own.
    """
    queue[:] = [it for it in queue if not (isinstance(it[3], Handle) and it[3].callback is None)]
    heapify(queue)
    return max(FEW, 2 * len(queue))
