"""What is to be said to the shop later: kept in the store, so that it outlives whoever asked."""

import asyncio
from typing import Any, Final

from pymongo.errors import PyMongoError

from scenarios.learn.interface import ASKS, NoAnswer, publish
from scenarios.learn.mistakes import Mistake

MOST: Final = 300  # of one life; each that sets another has no end
AGAIN_S: Final = 1.0  # after the store or the bus did not answer


class Alarms:
    """The alarms of one life of the shop: those that it has set, and those that it found."""

    def __init__(self, kept: Any, jetstream: Any, ids: Any) -> None:
        self._kept, self._jetstream, self._ids = kept, jetstream, ids
        self._count = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def wind(self) -> None:
        """Wait for those that an earlier life has set."""
        while True:
            try:
                found = [it async for it in self._kept.find({})]
            except PyMongoError:
                await asyncio.sleep(AGAIN_S)
            else:
                break
        for alarm in found:
            self._wait_for(alarm)

    async def set(self, seconds: float, message: dict[str, Any]) -> None:
        """Set an alarm.  Raises: NoAnswer; Mistake."""
        self._count += 1
        if self._count > MOST:
            raise Mistake(f"it has set {MOST} alarms, and goes on")
        due_s = asyncio.get_running_loop().time() + seconds
        alarm = {"_id": self._ids.object_id(), "due_s": round(due_s, 6), "message": message}
        try:
            await self._kept.insert_one(alarm)
        except PyMongoError as error:
            raise NoAnswer(f"the store did not answer: {error}") from None
        self._wait_for(alarm)

    def _wait_for(self, alarm: dict[str, Any]) -> None:
        task = asyncio.ensure_future(self._ring(alarm))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ring(self, alarm: dict[str, Any]) -> None:
        await asyncio.sleep(max(0.0, alarm["due_s"] - asyncio.get_running_loop().time()))
        while True:
            try:  # told first, and then forgotten: who dies in between rings twice
                await publish(self._jetstream, ASKS, alarm["message"])
                await self._kept.delete_one({"_id": alarm["_id"]})
            except (NoAnswer, PyMongoError):
                await asyncio.sleep(AGAIN_S)
            else:
                return
