"""Tasks and futures that lie in a set in the order of their numbers, and not of their addresses.

`asyncio.wait` returns sets, a task group cancels all of one, and so does anyio.  Where an object
lies in memory is another in each run, and with it the order in which such a set is gone through.
"""

import asyncio
from typing import Any


class _Numbered:
    """Has a number of its loop's from the moment in which it is first put into a set."""

    _number = 0
    _loop: Any

    def __hash__(self) -> int:
        if not self._number:
            self._number = next(self._loop.numbers)
        return self._number


class SimFuture(_Numbered, asyncio.Future[Any]):
    """A future of a loop that has `numbers`."""


class SimTask(_Numbered, asyncio.Task[Any]):
    """A task of a loop that has `numbers`."""
