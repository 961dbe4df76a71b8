"""Tasks and futures that lie in a set in the order of their numbers, and not of their addresses.

`asyncio.wait` returns sets, a task group cancels all of one, and so does anyio.  Where an object
lies in memory is another in each run, and with it the order in which such a set is gone through.
"""

import asyncio
from typing import Any


class _Numbered:
    """Has a number of its loop's from the moment in which it is first put into a set."""

    _number = 0
    _counter = ""
    _loop: Any

    def __hash__(self) -> int:
        if not self._number:
            self._number = next(getattr(self._loop, self._counter))
        return self._number


class SimFuture(_Numbered, asyncio.Future[Any]):
    """A future of a loop that has `future_numbers`."""

    _counter = "future_numbers"


class SimTask(_Numbered, asyncio.Task[Any]):
    """A task of a loop that has `task_numbers`.

    Not every Python puts each task into a set at once, so that a loop asks for the number itself.
    """

    _counter = "task_numbers"
