"""The arm, as a fixture: `told(story)` plays a story with an empty Redis and a few clients."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from functools import partial
from typing import Any, Final, TypeVar

import pytest
from redis.asyncio import Redis

from boxoffice.net.direct import Direct
from boxoffice.real.process import Process
from boxoffice.servers.redis import FakeRedis, FakeRedisServer
from tests.real.servers import redis_server, valkey_server

__all__ = ["redis_server", "valkey_server"]

T = TypeVar("T")
Story = Callable[..., Awaitable[T]]
CLIENTS = 4


def told_to_fake(story: Story[T]) -> T:
    """Play a story with fakeredis, over a direct link."""

    async def tell() -> T:
        server, link = FakeRedisServer(), Direct()
        clients = [FakeRedis(server, link) for _ in range(CLIENTS)]  # type: ignore[arg-type]
        return await story(*clients)

    return asyncio.run(tell())


def told_to_server(url: str, story: Story[T]) -> T:
    """Play a story with a server, which forgets everything first."""

    async def tell() -> T:
        async with AsyncExitStack() as stack:
            clients = [Redis.from_url(url) for _ in range(CLIENTS)]
            for client in clients:
                stack.push_async_callback(client.aclose)
            await clients[0].flushall()
            return await story(*clients)

    return asyncio.run(tell())


SERVERS: Final = {"redis-server": "redis_server", "valkey-server": "valkey_server"}
REAL: Final = tuple(pytest.param(name, marks=pytest.mark.real) for name in SERVERS)
ARMS: Final = ("fakeredis", "served", *REAL)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Play each case on all arms, but for those that a module leaves out with a reason."""
    if "told" in metafunc.fixturenames:
        left_out = getattr(metafunc.module, "LEFT_OUT", None)
        metafunc.parametrize("told", [it for it in ARMS if it != left_out], indirect=True)


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Callable[[Story[Any]], Any]:
    """Play a story with the fake, with the fake in another process, and with real servers."""
    if request.param == "fakeredis":
        return told_to_fake
    if request.param == "served":
        return partial(told_to_server, request.getfixturevalue("served")["redis"])
    server: Process = request.getfixturevalue(SERVERS[request.param])
    return partial(told_to_server, f"redis://{server.address}")
