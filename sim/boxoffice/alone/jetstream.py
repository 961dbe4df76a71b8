"""JetStream in a plain asyncio test."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from boxoffice.alone.lifetime import Lifetime
from boxoffice.real.clock import SystemClock
from boxoffice.servers.jetstream import FakeNats, JetStreamServer


@asynccontextmanager
async def fake_jetstream(**options: Any) -> AsyncIterator[FakeNats]:
    """Open a connection with nats-py's API to a JetStream server of its own.

    `options` are those of `nats.connect`.

    Acknowledgements, delays and fetches wait in real time, by timers on the running loop.  At the
    end of the block the connection is closed, and a fetch that still waits raises
    nats.errors.ConnectionClosedError; no task or timer is left.
    Raises: NotSimulated, for an option that would change what a connection does; RuntimeError,
    within a world or when it is used on another loop.

    >>> async def test_a_message_is_delivered():
    ...     async with fake_jetstream() as nats:
    ...         js = nats.jetstream()
    ...         await js.add_stream(name="WORK", subjects=["work.*"])
    ...         await js.publish("work.ship", b"r1")
    ...         subscription = await js.pull_subscribe("work.ship", durable="courier")
    ...         [message] = await subscription.fetch(1)
    ...         await message.ack()
    ...         return message.data
    >>> asyncio.run(test_a_message_is_delivered())
    b'r1'
    """
    life, loop = Lifetime("fake_jetstream", _closed), asyncio.get_running_loop()
    began_s = SystemClock().now().timestamp() - loop.time()
    client = FakeNats(JetStreamServer(lambda: began_s + loop.time(), life.later), life, **options)
    try:
        yield client
    finally:
        await client.close()
        await life.end()


def _closed() -> Exception:
    from nats.errors import ConnectionClosedError

    return ConnectionClosedError()
