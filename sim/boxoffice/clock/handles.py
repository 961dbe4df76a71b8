"""What a loop is to call: as much of an `asyncio.Handle` as anybody asks for, there are so many."""

from collections.abc import Callable
from contextvars import Context
from typing import Any


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
