"""Tasks and futures that lie in a set in the order of their numbers, and not of their addresses.

`asyncio.wait` returns sets, a task group cancels all of one, and so does anyio.  Where an object
lies in memory is another in each run, and with it the order in which such a set is gone through.
"""

import asyncio
from typing import Any


class SimFuture(asyncio.Future[Any]):
    """A future that has a number from the moment in which it is first put into a set."""

    _number = 0

    def __hash__(self) -> int:
        if not self._number:
            self._number = next(self.get_loop().future_numbers)  # type: ignore[attr-defined]
        return self._number


class SimTask(asyncio.Task[Any]):
    """A task that has a number since it was made.

    Not every Python puts each task into a set at once, so a loop asks for the number itself.
    """

    _number = 0

    def __hash__(self) -> int:
        if not self._number:
            self._number = next(self.get_loop().task_numbers)  # type: ignore[attr-defined]
        return self._number
