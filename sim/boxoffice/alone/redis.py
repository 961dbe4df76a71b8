"""Redis in a plain asyncio test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from boxoffice.alone.lifetime import Lifetime
from boxoffice.servers.redis import FakeRedis, FakeRedisServer


@asynccontextmanager
async def fake_redis(**options: Any) -> AsyncIterator[FakeRedis]:
    """Open a client with redis-py's asynchronous API to an empty Redis of its own.

    `options` are those of `redis.asyncio.Redis`.  Keys expire by the machine's clock.  After the
    end of the block commands raise redis.exceptions.ConnectionError.
    Raises: NotSimulated, for an option that would change what a connection does; RuntimeError,
    within a world or when it is used on another loop.

    >>> import asyncio
    >>> async def test_a_lease_is_taken_once():
    ...     async with fake_redis() as redis:
    ...         return [await redis.set("lease", "me", nx=True, ex=30) for _ in range(2)]
    >>> asyncio.run(test_a_lease_is_taken_once())
    [True, None]
    """
    life: Any = Lifetime("fake_redis")
    client = FakeRedis(FakeRedisServer(), life, **options)
    try:
        yield client
    finally:
        client.give_up()
        await client.aclose()
        await life.end()
