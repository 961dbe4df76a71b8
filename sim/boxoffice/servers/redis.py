"""A Redis server on a host of its own: fakeredis, reached over a link.

The client is redis-py's own, up to the one method through which every command passes.
"""

import asyncio
from collections import deque
from copy import deepcopy
from functools import cached_property
from typing import Any, Final

import fakeredis
import redis.asyncio
import redis.exceptions
from redis._parsers.base import _RESPBase  # which error of the server's becomes which exception

from boxoffice.net.network import Answered, Link, Lost, Refused

READING: Final = frozenset(
    {"EXISTS", "GET", "KEYS", "PING", "ZCOUNT", "ZRANGE", "ZRANGEBYSCORE", "ZSCORE"}
)


class FakeRedisServer:
    """Keeps its data as long as it is not told to forget."""

    def __init__(self) -> None:
        self._server = fakeredis.FakeServer()
        self._copies: _Copies | None = None

    @cached_property
    def _client(self) -> fakeredis.FakeStrictRedis:
        return fakeredis.FakeStrictRedis(server=self._server)

    @cached_property
    def _connection(self) -> Any:
        # One for all commands: a pool that lends it out for each takes as long as the command.
        return self._client.connection_pool.get_connection()

    def execute(self, *command: Any, **options: Any) -> Any:
        """Do one command at once."""
        if self._copies is not None and command[0] not in READING:
            self._copies.remember()
        self._connection.send_command(*command)
        parsed = self._client.parse_response
        return parsed(self._connection, command[0], **options)  # type: ignore[no-untyped-call]

    def keep(self, lag_s: float, loop: asyncio.AbstractEventLoop) -> None:
        """Have a copy that is `lag_s` seconds behind.  No answer ever waits for it."""
        self._copies = _Copies(self._server, lag_s, loop)

    def fail_over(self, loses_s: float) -> None:
        """Go on as what this was `loses_s` seconds ago."""
        assert self._copies is not None, "without a copy there is nothing to fail over to"
        self._copies.take_over(loses_s)

    def forget(self) -> None:
        """Come up empty, as after a restart without an append-only file."""
        self.execute("FLUSHALL")


class _Copies:
    """What a server was before each command of the last `lag_s` seconds."""

    def __init__(
        self, server: fakeredis.FakeServer, lag_s: float, loop: asyncio.AbstractEventLoop
    ) -> None:
        self._database = server.dbs[0]
        self._lag_s = lag_s
        self._loop = loop
        self._past: deque[tuple[float, Any]] = deque()

    def remember(self) -> None:
        now_s = self._loop.time()
        while self._past and self._past[0][0] <= now_s - self._lag_s:
            self._past.popleft()
        database = self._database
        self._past.append((now_s, deepcopy((database._dict, database._expiry_heap))))

    def take_over(self, loses_s: float) -> None:
        lost = [past for at_s, past in self._past if at_s > self._loop.time() - loses_s]
        if lost:
            self._database._dict, self._database._expiry_heap = lost[0]
            self._past.clear()


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
