"""What a loop waits for between two rounds: to be called, or for a while to pass."""

import asyncio

from services.common.cancellation import cancellation_point


class Wakeup:
    """Rung while a round is under way, it makes the next one begin at once."""

    def __init__(self) -> None:
        self._rung = asyncio.Event()

    def wake(self) -> None:
        """Call whoever listens."""
        self._rung.set()

    async def wait(self, at_most_s: float) -> bool:
        """Return when woken, or after `at_most_s` seconds; tell which."""
        try:
            with cancellation_point():
                async with asyncio.timeout(at_most_s):
                    await self._rung.wait()
        except TimeoutError:
            return False
        self._rung.clear()
        return True
