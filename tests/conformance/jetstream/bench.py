"""What a case works on, whichever server stands behind it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import ConsumerInfo, StreamInfo
from nats.js.errors import NoStreamResponseError, NotFoundError
from pytest import raises

T = TypeVar("T")
# Ten times what a machine with two busy cores was seen to be late; see docs/fidelity.md.
LATE_S = 0.25
EARLY_S = 0.01


class Backend(Protocol):
    """A server with a clock of its own, and what can happen to it."""

    nats: Any  # nats-py's client, or the fake of it
    real: bool  # for the few cases that docs/fidelity.md lists, where the two differ
    lateness_s: list[float]

    def now(self) -> float: ...
    async def another(self) -> Any: ...  # a connection more
    async def advisories(self, stream: str, count: int) -> list[dict[str, Any]]: ...
    async def stop(self) -> None: ...
    async def kill(self) -> None: ...
    async def start(self) -> None: ...


class Bench:
    """One case's stream, named for it alone, on a server that it may share with others."""

    def __init__(self, backend: Backend, name: str) -> None:
        self.backend = backend
        self.name = name
        self.js: JetStreamContext = backend.nats.jetstream(timeout=5)

    # --- time ------------------------------------------------------------------------------

    def now(self) -> float:
        return self.backend.now()

    def took(self, since_s: float, expected_s: float) -> None:
        """Say that `expected_s` seconds have gone by since the moment `since_s`."""
        late_s = self.now() - since_s - expected_s
        assert -EARLY_S <= late_s <= LATE_S, f"{late_s:+.3f} s from {expected_s} s"
        self.backend.lateness_s.append(late_s)

    # --- what most cases begin with ----------------------------------------------------------

    def on(self, subject: str) -> str:
        """The full name of a subject of this case's stream."""
        return f"{self.name}.{subject}"

    async def make(self, **config: Any) -> StreamInfo:
        return await self.js.add_stream(name=self.name, subjects=[self.on(">")], **config)

    async def consumer(self, name: str = "c", **config: Any) -> Any:
        """Make a durable consumer and bind to it."""
        filters = config.pop("filters", None)
        if filters is not None:
            config["filter_subjects"] = [self.on(each) for each in filters]
        await self.js.add_consumer(
            self.name, name=name, durable_name=name, **{"ack_policy": "explicit"} | config
        )
        return await self.bind(name)

    async def bind(self, name: str = "c") -> Any:
        return await self.js.pull_subscribe_bind(durable=name, stream=self.name)

    async def stream(self, messages: int = 0, **consumer: Any) -> Any:
        """Make a stream with consumer `c` and some messages on `m`; a subscription to them."""
        await self.make()
        await self.put(*["m"] * messages)
        return await self.consumer(**consumer)

    async def stream_in_memory(self) -> None:
        """Make a stream of one message that is kept in memory, with consumer `c`."""
        await self.make(storage="memory")
        await self.put("m")
        await self.consumer()

    async def is_gone(self) -> None:
        """Say that nothing of the stream is there any more, and that nobody stores for it."""
        for ask in (self.js.stream_info(self.name), self.js.consumer_info(self.name, "c")):
            with raises(NotFoundError):
                await ask
        with raises(NoStreamResponseError):
            await self.put("m")

    async def put(self, *subjects: str, **options: Any) -> list[int]:
        """Publish one message on each subject; their sequences."""
        acks = [await self.js.publish(self.on(it), it.encode(), **options) for it in subjects]
        return [ack.seq for ack in acks]

    async def flushed(self, connection: Any = None) -> None:
        """Wait until the server has read all that a connection was asked to send.

        nats-py 2.16 writes the PING of a flush before what it still holds back, so that its PONG
        may come before a SUB has left.  What it holds has left once that PONG is here, and the
        second PONG answers for it.
        """
        connection = connection or self.backend.nats
        for _ in range(2):
            await connection.flush()

    async def info(self, name: str = "c") -> ConsumerInfo:
        return await self.js.consumer_info(self.name, name)

    async def state(self) -> Any:
        return (await self.js.stream_info(self.name)).state

    async def api(self, verb: str, **asked: Any) -> dict[str, Any]:
        """Ask the management API in its own words: `CONSUMER.INFO.{stream}.c`."""
        subject = f"$JS.API.{verb.replace('{stream}', self.name)}"
        answer = await self.backend.nats.request(subject, json.dumps(asked).encode(), timeout=5)
        found: dict[str, Any] = json.loads(answer.data)
        return found

    async def eventually(self, look: Callable[[], Awaitable[T]], wanted: T) -> None:
        """Wait until a look finds what is wanted, for what a server does a little later."""
        found = await look()
        for _ in range(100):
            if found == wanted:
                return
            await asyncio.sleep(0.02)
            found = await look()
        assert found == wanted

    async def pending(self, wanted: int, name: str = "c") -> None:
        """Wait until a consumer counts so many messages to come.

        A server counts what it has stored for its consumers after it has told the publisher:
        `signalConsumersLoop` of nats-server's stream.go is a goroutine of its own.
        """

        async def look() -> int | None:
            return (await self.info(name)).num_pending

        await self.eventually(look, wanted)

    async def arrived(self, sub: Any, wanted: int) -> None:
        """Wait until the client of a subscription holds so many messages that nobody took.

        What a consumer counts as handed out is still on its way: `deliverMsg` of nats-server's
        consumer.go gives it to the stream's own loop, which the answer of a request may overtake.
        """

        async def look() -> int:
            return int(sub.pending_msgs)

        await self.eventually(look, wanted)

    async def advisories(self, count: int) -> list[dict[str, Any]]:
        return await self.backend.advisories(self.name, count)


async def fetched(sub: Any, batch: int = 10, timeout: float = 0.3) -> list[Msg]:
    """What a fetch brings, which is nothing if it times out."""
    try:
        return list(await sub.fetch(batch, timeout=timeout))
    except TimeoutError:
        # A request is over at the server a little later than at its client, and would still
        # take what is published meanwhile.
        await asyncio.sleep(0.1)
        return []


def seqs(messages: list[Msg]) -> list[int]:
    return [it.metadata.sequence.stream for it in messages]


def attempts(messages: list[Msg]) -> list[tuple[int, int]]:
    """The sequence of each message and how often it has been delivered."""
    return [(it.metadata.sequence.stream, it.metadata.num_delivered) for it in messages]


async def settle(message: Msg, word: str = "+ACK", delay_s: float | None = None) -> None:
    """Acknowledge in any of the ways, and wait until the server has taken note.

    nats-py's own `ack` and `nak` do not wait, and what is asked right after one of them may be
    answered before a server has read it.
    """
    options = "" if delay_s is None else f' {{"delay": {int(delay_s * 1e9)}}}'
    await message._client.request(message.reply, f"{word}{options}".encode(), timeout=5)
