"""The process that a learner's `handle` runs in: it takes messages, and hands each over.

As in production, a message is acknowledged after its work is done, so it comes again if that was
cut short: delivery is at least once.  Messages are worked on side by side.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from inspect import signature
from typing import Any, Final

from nats.errors import Error as NatsError
from nats.js.api import ConsumerConfig
from nats.js.errors import Error as JetStreamError
from structlog.contextvars import bound_contextvars

from boxoffice import Drivers
from scenarios.learn.alarms import Alarms
from scenarios.learn.cards import Cards
from scenarios.learn.interface import ASKS, SAYS, THINGS, Bus, Calls, Store
from scenarios.learn.loops import counting
from scenarios.learn.mistakes import Mistake, placed
from scenarios.learn.source import Handle, Source

STREAM: Final = "SHOP"
CONSUMER: Final = "shop"
MISTAKE: Final = "mistake"  # what a log says of a learner's code
PRINTED: Final = "printed"
ACK_WAIT_S: Final = 30.0
AGAIN_S: Final = 1.0
HANDED: Final = 16  # messages, at most, that are fetched at once
_AWAY: Final = (NatsError, JetStreamError, TimeoutError, ConnectionError)


def shop_of(source: Source) -> Callable[[Drivers], Awaitable[None]]:
    """Return the worker that runs a learner's code."""

    async def shop(drivers: Drivers) -> None:
        await _Shop(source, drivers).work()

    return shop


class _Shop:
    """One life of it."""

    def __init__(self, source: Source, drivers: Drivers) -> None:
        self._source, self._drivers = source, drivers
        self._things = drivers.mongo["shop"][THINGS]
        self._jetstream = drivers.nats.jetstream()
        self._alarms = Alarms(drivers.mongo["shop"]["alarms"], self._jetstream, drivers.ids)
        self._tasks = set[asyncio.Task[None]]()
        self._handle = self._loaded()

    async def work(self) -> None:
        """Hand over what comes, for ever."""
        subscription = await self._subscribed()
        await self._alarms.wind()
        while True:
            try:
                for message in await subscription.fetch(HANDED, timeout=60):
                    task = asyncio.ensure_future(self._take(message))
                    self._tasks.add(task)
                    task.add_done_callback(self._tasks.discard)
            except _AWAY as error:
                if not isinstance(error, TimeoutError):
                    await asyncio.sleep(AGAIN_S)

    def _loaded(self) -> Handle | None:
        try:
            return self._source.loaded(self._hear)
        except Mistake as mistake:
            self._tell(mistake)
            return None

    async def _subscribed(self) -> Any:
        config = ConsumerConfig(ack_wait=ACK_WAIT_S, max_deliver=-1)
        while True:
            try:
                await self._jetstream.add_stream(name=STREAM, subjects=[f"{ASKS}.*", f"{SAYS}.*"])
                return await self._jetstream.pull_subscribe(f"{ASKS}.*", CONSUMER, config=config)
            except _AWAY:
                await asyncio.sleep(AGAIN_S)

    async def _take(self, message: Any) -> None:
        at = message.metadata
        with bound_contextvars(delivery=at.sequence.stream, attempt=at.num_delivered):
            try:
                if await self._worked(json.loads(message.data)["data"]):
                    await message.ack()
                else:
                    await message.nak(delay=AGAIN_S)
            except _AWAY:  # it comes again
                return

    async def _worked(self, message: dict[str, Any]) -> bool:
        """Hand a message over; return whether it is done with."""
        calls = Calls(self._source.name)
        try:
            await self._handed(message, calls)
        except TimeoutError:
            return False
        except (asyncio.CancelledError, GeneratorExit, KeyboardInterrupt):
            raise  # the process dies, or somebody has pressed Ctrl-C
        except BaseException as error:
            self._tell(calls.unawaited() or placed(error, [self._source.name]))
            return True  # it would fail again and again
        if mistake := calls.unawaited():
            self._tell(mistake)
        return True

    async def _handed(self, message: dict[str, Any], calls: Calls) -> None:
        if self._handle is None:
            return
        given = [
            message,
            Store(self._things, calls),
            Bus(self._jetstream, self._alarms, calls),
            Cards(self._drivers.stripe, calls),
        ]
        with counting():
            await self._handle(*given[: len(signature(self._handle).parameters)])

    def _hear(self, said: str) -> None:
        self._drivers.log.info(PRINTED, said=said)

    def _tell(self, mistake: Mistake) -> None:
        self._drivers.log.error(MISTAKE, said=str(mistake))
