"""redis-py's client, whose commands cross a link."""

import inspect
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

import redis.asyncio
from redis.asyncio.client import Monitor
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from boxoffice.net.network import Link
from boxoffice.servers.redis.connection import FakeConnection, over
from boxoffice.servers.redis.ordered import answer_in_order
from boxoffice.servers.redis.server import FakeRedisServer
from boxoffice.servers.redis.unsupported import check, name_of, not_simulated


class FakeRedis(redis.asyncio.Redis):
    """redis-py's client, pipelines, subscriptions and locks, on a fake server.

    `options` are those of `redis.asyncio.Redis`, which tries again what was not answered, unless
    it is told otherwise by `retry`.  What fakeredis has not raises NotSimulated, with what to do
    instead.
    """

    def __init__(self, server: FakeRedisServer, link: Link, **options: Any) -> None:
        # Without a pool given, redis-py looks up its own version among the installed packages.
        pool = redis.asyncio.ConnectionPool(
            connection_class=FakeConnection, **over(server, link, _as_of_a_client(options))
        )
        super().__init__(connection_pool=pool)
        answer_in_order(self)
        self._server, self._link, self._options = server, link, options

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send one command.  Raises: redis.exceptions.TimeoutError, ConnectionError."""
        check(name_of(args), alone=True)
        return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]

    def client(self) -> "FakeRedis":
        """Return a client like this one."""
        return FakeRedis(self._server, self._link, **self._options)

    def give_up(self) -> None:
        """Try nothing again from now on."""
        self.set_retry(Retry(NoBackoff(), 0))

    def monitor(self) -> Monitor:
        """Raise: NotSimulated; the trace of a run has every call."""
        raise not_simulated("MONITOR")

    def keyspace_notifications(self, *_: Any, **__: Any) -> Any:
        """Raise: NotSimulated."""
        raise not_simulated("keyspace_notifications")


def _as_of_a_client(options: dict[str, Any]) -> dict[str, Any]:
    """Return a pool's options as redis-py's client has them when it makes the pool itself."""
    taken = _parameters()
    unknown = [name for name in options if name not in taken]
    if unknown:
        raise TypeError(f"Redis() got an unexpected keyword argument {unknown[0]!r}")
    return {"retry": deepcopy(taken["retry"].default), **options}


@cache
def _parameters() -> Mapping[str, inspect.Parameter]:
    return inspect.signature(redis.asyncio.Redis.__init__).parameters
