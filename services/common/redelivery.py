"""Messages that are given back: how long each stays away, and who is called before its time.

A gap waits for its version as long as it takes, and any number may wait: the broker keeps no limit
for us.  So that a hundred thousand that come again in vain leave time for what is new, a message
stays away the longer the more there are.  And so that nobody waits longer than he must, a version
that has arrived calls the next one.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from typing import Final

from nats.aio.msg import Msg

from services.common.events import Event
from services.common.outages import SERVER_ERRORS

FIRST_DELAY_S: Final = 0.05
LONGEST_DELAY_S: Final = 30.0
QUICK: Final = 5  # deliveries that do not wait for others: most gaps are closed within a second
RETURNS_PER_S: Final = 100.0  # of one service; about a fifth of what one process can look at
LOOK_AFTER: Final = 100  # messages given back until one asks again how many are out
LOOK_S: Final = 10.0
REMEMBERED: Final = 10_000  # of those that wait, by each process; about 5 MB


def delay_s(attempt: int, waiting: int = 0) -> float:
    """Return how long a message stays away after its `attempt`-th delivery, in seconds.

    >>> [delay_s(attempt) for attempt in (1, 2, 3, 20)]
    [0.05, 0.1, 0.2, 30.0]
    >>> [delay_s(attempt, waiting=20_000) for attempt in (1, 5, 6, 20)]
    [0.05, 0.8, 200.0, 200.0]
    """
    growing = min(LONGEST_DELAY_S, FIRST_DELAY_S * 2.0 ** min(attempt - 1, 16))
    return growing if attempt <= QUICK else max(growing, waiting / RETURNS_PER_S)


class Redelivery:
    """Gives back.  `count` asks the broker how many messages of this service are out."""

    def __init__(self, count: Callable[[], Awaitable[int]]) -> None:
        self._count = count
        self._waiting = 0
        self._given_back = 0
        self._looked_s = 0.0
        self._gaps: dict[tuple[str, str, int], Msg] = {}

    async def give_back(self, message: Msg) -> None:
        """Have the broker deliver `message` again, later.  Raises: nats.errors.Error."""
        self._given_back += 1
        if self._is_time_to_look():
            await self._look()
        await message.nak(delay=delay_s(message.metadata.num_delivered, self._waiting))

    def wait_for(self, message: Msg, event: Event) -> None:
        """Remember a gap, so that it can be called."""
        version = getattr(event, "version", None)
        if version is None:
            return
        key = _key(event, version)
        self._gaps.pop(key, None)  # behind all others, by when they came last
        if len(self._gaps) >= REMEMBERED:  # it comes again all the same, in its time
            del self._gaps[next(iter(self._gaps))]
        # What is in it the broker keeps; here it is only to be named.
        self._gaps[key] = replace(message, data=b"", headers=None)

    async def call_next(self, event: Event) -> None:
        """Have the version after this one delivered now.  Raises: nats.errors.Error."""
        version = getattr(event, "version", None)
        if version is None:
            return
        self._gaps.pop(_key(event, version), None)
        gap = self._gaps.pop(_key(event, version + 1), None)
        if gap is not None:
            await gap.nak()

    def _is_time_to_look(self) -> bool:
        if self._given_back >= LOOK_AFTER:
            return True
        return self._waiting >= LOOK_AFTER and _now_s() - self._looked_s >= LOOK_S

    async def _look(self) -> None:
        self._given_back, self._looked_s = 0, _now_s()
        with suppress(*SERVER_ERRORS):
            self._waiting = await self._count()


def _key(event: Event, version: int) -> tuple[str, str, int]:
    return event.type.partition(".")[0], event.aggregate_id, version


def _now_s() -> float:
    return asyncio.get_running_loop().time()
