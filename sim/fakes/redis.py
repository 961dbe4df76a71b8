"""A Redis server on a host of its own: fakeredis, reached over a link.

The client is redis-py's own, up to the one method through which every command passes.
"""

from functools import cached_property
from typing import Any

import fakeredis
import redis.asyncio
import redis.exceptions
from redis._parsers.base import _RESPBase  # which error of the server's becomes which exception

from sim.network import Answered, Link, Lost, Refused


class FakeRedisServer:
    """Keeps its data as long as it is not told to forget."""

    def __init__(self) -> None:
        self._server = fakeredis.FakeServer()

    @cached_property
    def _client(self) -> fakeredis.FakeStrictRedis:
        return fakeredis.FakeStrictRedis(server=self._server)

    @cached_property
    def _connection(self) -> Any:
        # One for all commands: a pool that lends it out for each takes as long as the command.
        return self._client.connection_pool.get_connection()

    def execute(self, *command: Any, **options: Any) -> Any:
        """Do one command at once."""
        self._connection.send_command(*command)
        parsed = self._client.parse_response
        return parsed(self._connection, command[0], **options)  # type: ignore[no-untyped-call]

    def timers(self) -> dict[str, float]:
        """Return when the timers of orders are due that have not ended, in seconds since 1970."""
        found = self.execute("ZRANGE", "timers", "(0", "+inf", "BYSCORE", "WITHSCORES")
        return {order.decode(): float(due_s) for order, due_s in found}

    def forget(self) -> None:
        """Come up empty, as after a restart without an append-only file."""
        self.execute("FLUSHALL")


class FakeRedis(redis.asyncio.Redis):
    """redis-py's client, whose commands cross a link."""

    def __init__(self, server: FakeRedisServer, link: Link) -> None:
        # Without a pool given, redis-py looks up its own version among the installed packages.
        super().__init__(connection_pool=redis.asyncio.ConnectionPool())
        self._server = server
        self._link = link

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send one command.  Raises: redis.exceptions.TimeoutError, ConnectionError."""
        about = str(args[1]) if len(args) > 1 else ""
        try:
            return await self._link.call(
                str(args[0]).lower(), about, lambda: self._server.execute(*args, **options)
            )
        except Lost as lost:
            raise redis.exceptions.TimeoutError(f"Timeout reading from redis: {lost}") from None
        except Refused as refused:
            raise redis.exceptions.ConnectionError(f"Error connecting to {refused}") from None
        except Answered as error:
            raise _RESPBase.parse_error(error.says) from None  # type: ignore[no-untyped-call]
