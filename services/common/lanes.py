"""Side by side what has nothing to do with each other, and one after another what has.

Each piece of work names what it touches.  It begins once all that was begun before it and touches
any of the same is done; so each thing has its lane, in which nobody overtakes.
"""

import asyncio
from collections.abc import Collection, Coroutine
from typing import Any

from services.common.cancellation import must_let_go


class Lanes:
    """The work in hand: begun, or waiting for its turn."""

    def __init__(self) -> None:
        self._last: dict[str, asyncio.Event] = {}  # of each lane, when it is done
        self._in_hand: dict[asyncio.Task[None], None] = {}  # a set that keeps its order
        self._one_less = asyncio.Event()

    def begin(self, touches: Collection[str], work: Coroutine[Any, Any, None]) -> None:
        """Have `work` done in its turn; it has to see to its own errors."""
        before = [self._last[name] for name in touches if name in self._last]
        done = asyncio.Event()
        self._last.update(dict.fromkeys(touches, done))
        task = asyncio.create_task(self._in_turn(before, work))
        self._in_hand[task] = None
        # Called also for a task that is cancelled before it has begun, and its work with it.
        task.add_done_callback(lambda it: self._end(it, touches, done, work))

    async def until(self, left: int) -> None:
        """Wait until so many at most are in hand."""
        while len(self._in_hand) > left:
            self._one_less.clear()
            await self._one_less.wait()

    async def end(self) -> None:
        """Wait until nothing is in hand; let go of it all if there is no time for that."""
        try:
            if not must_let_go():
                await self.until(0)
        finally:
            for task in self._in_hand:
                task.cancel()
        await self.until(0)

    async def _in_turn(self, before: list[asyncio.Event], work: Coroutine[Any, Any, None]) -> None:
        for each in before:
            await each.wait()
        await work

    def _end(
        self,
        task: asyncio.Task[None],
        touches: Collection[str],
        done: asyncio.Event,
        work: Coroutine[Any, Any, None],
    ) -> None:
        work.close()  # if it never began
        del self._in_hand[task]
        for name in touches:
            if self._last.get(name) is done:
                del self._last[name]
        done.set()
        self._one_less.set()
