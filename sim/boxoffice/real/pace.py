"""Real time, a number of times as fast: a loop and a clock for services on one machine.

Sleeps and timeouts of services are plain asyncio, so they follow the loop without knowing.
"""

import asyncio
import selectors
from collections.abc import Callable
from datetime import datetime, timedelta


class PacedLoop(asyncio.SelectorEventLoop):
    """asyncio's own loop, whose seconds pass `speed` times as fast."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed
        super().__init__(_PacedSelector(speed))

    def time(self) -> float:
        """Return the loop's time in its own seconds."""
        return super().time() * self.speed


class _PacedSelector(selectors.DefaultSelector):
    # Only this waits for the machine, so only here the loop's seconds become the machine's.

    def __init__(self, speed: float) -> None:
        super().__init__()
        self._speed = speed

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(None if timeout is None else timeout / self._speed)


class PacedClock:
    """Begins at `start` and goes with the loop."""

    def __init__(self, start: datetime, now: Callable[[], float]) -> None:
        self._start = start
        self._now = now
        self._began_s = now()

    def now(self) -> datetime:
        """Return the time in UTC that the services go by."""
        return self._start + timedelta(seconds=self._now() - self._began_s)
