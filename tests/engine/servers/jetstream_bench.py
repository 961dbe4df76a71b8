"""A fake NATS server in virtual time, with links that lose what a test wants lost."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

import simpy
from nats.aio.msg import Msg
from nats.js.api import ConsumerInfo

from boxoffice.clock.loop import SimLoop
from boxoffice.net.network import Lost, Refused
from boxoffice.servers.jetstream import FakeJetStream, FakeNats, JetStreamServer

T = TypeVar("T")
EPOCH_S = 1_800_000_000.0


class Wire:
    """A link without latency.  `loses` is asked about each leg of each call."""

    def __init__(self) -> None:
        self.down = False
        self.loses: Callable[[str, str], bool] = lambda verb, leg: False
        self.carried: list[tuple[str, str]] = []

    async def call(self, verb: str, about: str, effect: Callable[[], T | Awaitable[T]]) -> T:
        self.carried.append((verb, about))
        if self.down:
            raise Refused(verb)
        if self.loses(verb, "request"):
            raise Lost(verb)
        answer = effect()
        done = await answer if inspect.isawaitable(answer) else answer
        if self.loses(verb, "answer"):
            raise Lost(verb)
        return done

    def send(self, verb: str, about: str, effect: Callable[[], object]) -> None:
        self.carried.append((verb, about))
        if not self.down and not self.loses(verb, "request"):
            effect()

    def in_order(self) -> Wire:
        return self

    def pushes(self) -> Wire:
        return self

    gone = False

    def when_broken(self, tell: Callable[[], object]) -> None:
        """Nothing here goes away for good."""


class Bench:
    """One server and a client of it, with a stream `S` on `s.>`."""

    def __init__(self, loop: SimLoop) -> None:
        self.loop = loop
        self.server = JetStreamServer(self.now, loop.call_later)
        self.seen: list[tuple[str, dict[str, Any]]] = []
        self.server.observe = lambda kind, **fields: self.seen.append((kind, fields))
        self.wire = Wire()
        self.nats = self.connect()
        self.js: FakeJetStream = self.nats.jetstream()

    def now(self) -> float:
        return EPOCH_S + self.loop.time()

    def connect(self) -> FakeNats:
        return FakeNats(self.server, self.wire)

    async def stream(self, messages: int = 0, **consumer: Any) -> Any:
        """Make the stream with consumer `c` and some messages; a subscription to them."""
        await self.js.add_stream(name="S", subjects=["s.>"])
        await self.js.add_consumer("S", name="c", durable_name="c", **consumer)
        for number in range(1, messages + 1):
            await self.js.publish(f"s.{number}")
        return await self.js.pull_subscribe_bind(durable="c", stream="S")

    async def info(self) -> ConsumerInfo:
        found: ConsumerInfo = await self.js.consumer_info("S", "c")
        return found

    def kinds(self, *wanted: str) -> list[str]:
        return [kind for kind, _ in self.seen if kind in wanted]


def told(story: Callable[[Bench], Awaitable[T]]) -> T:
    """Tell a story in virtual time and give back how it ended."""
    loop = SimLoop(simpy.Environment())

    async def tell() -> T:
        return await story(Bench(loop))

    return loop.run_until_complete(tell())


async def fetched(sub: Any, batch: int = 10, timeout: float = 1.0) -> list[Msg]:
    """What a fetch brings, which is nothing if it times out."""
    try:
        return list(await sub.fetch(batch, timeout=timeout))
    except TimeoutError:
        return []


def seqs(messages: list[Msg]) -> list[int]:
    return [it.metadata.sequence.stream for it in messages]


def attempts(messages: list[Msg]) -> list[tuple[int, int]]:
    return [(it.metadata.sequence.stream, it.metadata.num_delivered) for it in messages]
