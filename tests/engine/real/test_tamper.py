"""Deliveries of a real NATS server, tampered with on their way."""

import asyncio
import itertools
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig
from pytest import fixture, raises

from boxoffice.real.frames import Delivery
from boxoffice.real.process import Process, running
from boxoffice.real.servers import nats_server
from boxoffice.real.tamper import Counts, Tamper, tampered

STREAM = "PARCELS"
PATIENCE_S = 20.0
LATE_S = 0.2
NEVER_S = 3600.0
LARGE = bytes(range(256)) * 3000


@fixture
def broker(tmp_path: Path) -> Iterator[Process]:
    with running(nats_server(tmp_path)) as process:
        yield process


@dataclass
class Relay:
    """One consumer behind a link, and somebody who publishes past it."""

    link: Tamper
    publisher: JetStreamContext
    subscription: JetStreamContext.PullSubscription
    told: list[Delivery]
    asked: list[tuple[str, str]] = field(default_factory=list)

    async def publish(self, *payloads: bytes, **headers: str) -> None:
        for payload in payloads:
            await self.publisher.publish("parcel.sent", payload, headers=headers or None)

    async def taken(self, count: int) -> list[Msg]:
        """Fetch until `count` messages have come, and acknowledge them."""
        came: list[Msg] = []
        async with asyncio.timeout(PATIENCE_S):
            while len(came) < count:
                some = await self.subscription.fetch(count - len(came), timeout=PATIENCE_S)
                came += some
                for message in some:
                    await message.ack()
        return came


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Client]:
    async def unmoved(error: Exception) -> None:
        """Find the way back in silence."""

    client = await nats.connect(
        url, error_cb=unmoved, reconnect_time_wait=0.05, max_reconnect_attempts=-1
    )
    try:
        yield client
    finally:
        await client.close()


@asynccontextmanager
async def opened(broker: Process, plans: list[list[float]]) -> AsyncIterator[Relay]:
    """Let each message arrive as the next of `plans` says, and untouched after the last."""
    left, url = iter(plans), f"nats://{broker.address}"
    told: list[Delivery] = []
    asked: list[tuple[str, str]] = []

    def arrivals(consumer: str, subject: str) -> list[float]:
        asked.append((consumer, subject))
        return next(left, [0.0])

    async with (
        tampered(url, STREAM, arrivals, told.append) as link,
        connected(url) as direct,
        connected(link.url) as client,
    ):
        publisher = direct.jetstream()
        await publisher.add_stream(name=STREAM, subjects=["parcel.*"])
        config = ConsumerConfig(durable_name="courier", ack_policy=AckPolicy.EXPLICIT)
        await publisher.add_consumer(STREAM, config)
        bound = await client.jetstream().pull_subscribe_bind("courier", STREAM)
        yield Relay(link, publisher, bound, told, asked)


def play(
    broker: Process, plans: list[list[float]], story: Callable[[Relay], Coroutine[Any, Any, None]]
) -> None:
    async def whole() -> None:
        async with opened(broker, plans) as relay:
            await story(relay)

    asyncio.run(whole())


def test_a_copy_has_the_sequence_of_its_message(broker: Process) -> None:
    async def story(relay: Relay) -> None:
        await relay.publish(b"one", b"two")
        came = await relay.taken(3)
        assert sorted(message.data for message in came) == [b"one", b"one", b"two"]
        assert {it.metadata.sequence.stream for it in came if it.data == b"one"} == {1}
        assert relay.link.counts == {"courier": Counts(delivered=3, copied=1, late=1)}
        assert relay.told.count(Delivery(STREAM, "courier", "parcel.sent", 1, 1)) == 2
        assert relay.asked == [("courier", "parcel.sent")] * 2

    play(broker, [[0.0, LATE_S]], story)


def test_a_message_that_is_held_up_is_overtaken_by_the_next(broker: Process) -> None:
    async def story(relay: Relay) -> None:
        await relay.publish(b"one", b"two")
        assert [message.data for message in await relay.taken(2)] == [b"two", b"one"]
        assert [delivery.sequence for delivery in relay.told] == [2, 1]

    play(broker, [[LATE_S]], story)


def test_a_message_that_comes_after_the_end_of_its_fetch_ends_it(broker: Process) -> None:
    async def story(relay: Relay) -> None:
        for payload in (b"one", b"two", b"three"):
            await relay.publish(payload)
            async with asyncio.timeout(PATIENCE_S):
                (came,) = await relay.subscription.fetch(16, timeout=NEVER_S)
            assert came.data == payload
            await came.ack()

    play(broker, [[LATE_S], [0.0], [LATE_S]], story)


def test_what_the_server_sends_again_comes_as_it_is_sent(broker: Process) -> None:
    async def story(relay: Relay) -> None:
        await relay.publish(b"one")
        (first,) = await relay.subscription.fetch(1, timeout=PATIENCE_S)
        await first.nak()
        (again,) = await relay.taken(1)
        assert again.metadata.num_delivered == 2
        assert len(relay.asked) == 1

    play(broker, [[LATE_S], [NEVER_S]], story)


def test_the_messages_of_another_stream_pass_at_once(broker: Process) -> None:
    async def story() -> None:
        url = f"nats://{broker.address}"
        async with (
            tampered(url, "ANOTHER", lambda *_: [NEVER_S]) as link,
            connected(link.url) as client,
        ):
            stream = client.jetstream()
            await stream.add_stream(name=STREAM, subjects=["parcel.*"])
            await stream.publish("parcel.sent", b"one")
            subscription = await stream.pull_subscribe("parcel.sent", "courier")
            (came,) = await subscription.fetch(1, timeout=PATIENCE_S)
            assert (came.data, link.counts) == (b"one", {})

    asyncio.run(story())


def test_a_large_payload_and_its_headers_pass_whole_and_not_mingled(broker: Process) -> None:
    async def story(relay: Relay) -> None:
        await relay.publish(LARGE, b"", LARGE[::-1], traceparent="00-a-b-01")
        came = await relay.taken(6)
        assert sorted(message.data for message in came) == sorted([LARGE, b"", LARGE[::-1]] * 2)
        assert all(message.headers == {"traceparent": "00-a-b-01"} for message in came)

    play(broker, [[0.0, 0.01], [0.01, 0.0], [0.0, 0.0]], story)


def test_a_healed_link_lets_go_of_what_it_held_in_the_order_it_was_due_in(broker: Process) -> None:
    async def story(relay: Relay) -> None:
        await relay.publish(b"one", b"two")
        asking = [asyncio.create_task(relay.taken(2))]
        await until(lambda: relay.link.waiting == 2)
        relay.link.heal()
        assert relay.link.waiting == 0
        assert [message.data for message in await asking[0]] == [b"two", b"one"]
        await relay.publish(b"three")
        assert [message.data for message in await relay.taken(1)] == [b"three"]
        assert len(relay.asked) == 2

    play(broker, [[2 * NEVER_S], [NEVER_S], [NEVER_S]], story)


def test_a_client_finds_back_through_the_link_when_the_server_was_killed(broker: Process) -> None:
    async def story(relay: Relay) -> None:
        await relay.publish(b"one", b"two")
        asking = asyncio.create_task(relay.subscription.fetch(1, timeout=1.0))
        await until(lambda: relay.link.waiting == 1)
        broker.kill()
        await until(lambda: relay.link.waiting == 0)
        assert await refuses(relay.link.url)
        with raises(nats.errors.Error):
            await asking
        await broker.come_up()
        assert [message.data for message in await relay.taken(1)] == [b"two"]

    play(broker, [[NEVER_S]], story)


def test_a_link_that_closes_lets_go_of_its_clients(broker: Process) -> None:
    async def story() -> None:
        async with connected(f"nats://{broker.address}") as direct:
            client = Client()
            async with tampered(direct.connected_url.geturl(), STREAM, lambda *_: [0.0]) as link:
                await client.connect(link.url, allow_reconnect=False, error_cb=ignored)
            await until(lambda: client.is_closed)

    asyncio.run(story())


async def ignored(error: Exception) -> None:
    """nats-py would print it."""


async def refuses(url: str) -> bool:
    host, port = url.removeprefix("nats://").split(":")
    try:
        _, writer = await asyncio.open_connection(host, int(port))
    except ConnectionRefusedError:
        return True
    writer.close()
    await writer.wait_closed()
    return False


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        for pause_s in itertools.repeat(0.01):
            if holds():
                return
            await asyncio.sleep(pause_s)
