"""What the parts of `services.common` are tested on: one store and one broker, without latency."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import Any, TypeVar

import simpy
import structlog

from boxoffice.clock.clock import HostClock, HostIds
from boxoffice.clock.loop import SimLoop
from boxoffice.servers.jetstream import FakeNats, JetStreamServer, StoredMessage
from boxoffice.servers.mongo import FakeMongoClient, FakeMongoServer
from services.common.clock import iso
from services.common.events import Event, TicketCreated, TicketUpdated, enclose
from services.common.messaging import STREAM, Consumer, Handler, ensure_stream
from services.common.outbox import Outbox
from services.common.telemetry import Telemetry
from tests.engine.servers.jetstream_bench import Wire

T = TypeVar("T")


@dataclass(frozen=True)
class Seen:
    """Something the broker did, and when."""

    at_s: float
    kind: str
    fields: dict[str, Any]


class Bench:
    """A store and a broker, and what one service called `orders` would be handed of them."""

    def __init__(self, loop: SimLoop) -> None:
        self.loop = loop
        self.said: list[dict[str, Any]] = []
        self.seen: list[Seen] = []
        self.clock = HostClock(loop.time)
        self.ids = HostIds(self.clock, Random(0))
        log = structlog.wrap_logger(None, processors=[self._hear])
        self.telemetry = Telemetry("orders", log)
        self.to_mongo, self.to_nats = Wire(), Wire()
        self.mongo = FakeMongoServer(self.clock.now)
        self.documents: Any = FakeMongoClient(self.mongo, self.to_mongo)["orders"]["things"]
        self.nats = JetStreamServer(lambda: self.clock.now().timestamp(), loop.call_later)
        self.nats.observe = self._see
        self.jetstream: Any = FakeNats(self.nats, self.to_nats).jetstream()
        self.outbox = Outbox(self.documents, self.jetstream, self.clock, self.telemetry)

    def consumer(self, handlers: dict[type[Event], Handler]) -> Consumer:
        return Consumer(self.jetstream, handlers, self.telemetry, self.ids)

    async def publish(self, *events: Event, **headers: str) -> None:
        """Store events in the stream, as another service would."""
        await ensure_stream(self.jetstream)
        for event in events:
            payload = enclose(event, source="/services/tickets", time=iso(self.clock.now()))
            await self.put(event.type, payload.model_dump_json().encode(), **headers)

    async def put(self, subject: str, payload: bytes, **headers: str) -> None:
        """Store a message in the stream, whatever it says."""
        await ensure_stream(self.jetstream)
        await self.jetstream.publish(subject, payload, headers=headers or None)

    def stored(self, subjects: str = "") -> list[StoredMessage]:
        """Return what the stream holds, of the subjects that begin so."""
        messages = self.nats.stream(STREAM).since(1)
        return [message for message in messages if message.subject.startswith(subjects)]

    def broker(self, *kinds: str) -> list[Seen]:
        """Return what the broker did, of these kinds."""
        return [one for one in self.seen if one.kind in kinds]

    def _hear(self, _: Any, level: str, said: Any) -> Any:
        self.said.append({"level": level, **said})
        raise structlog.DropEvent

    def _see(self, kind: str, **fields: Any) -> None:
        self.seen.append(Seen(round(self.loop.time(), 6), kind, fields))


def told(story: Callable[[Bench], Awaitable[T]]) -> T:
    """Tell a story in virtual time and give back how it ended."""
    loop = SimLoop(simpy.Environment())

    async def tell() -> T:
        return await story(Bench(loop))

    result = loop.run_until_complete(tell())
    assert loop.unhandled_errors == []
    return result


async def run_for(work: Awaitable[object], duration_s: float) -> None:
    """Let something that goes on for ever go on for so long."""
    task = asyncio.ensure_future(work)
    await asyncio.sleep(duration_s)
    assert not task.done(), task.exception()
    task.cancel()
    await asyncio.wait([task])


def created(id: str = "t", price: int = 4_500) -> TicketCreated:
    """Return the event that announces version 0 of a ticket."""
    return TicketCreated(id=id, version=0, title="Front row", price=price, user_id="sue")


def updated(version: int, id: str = "t") -> TicketUpdated:
    """Return the event that announces a later version of a ticket."""
    return TicketUpdated(
        id=id, version=version, title="Front row", price=4_500, user_id="sue", order_id=None
    )
