"""redis-py's client, whose commands cross a link."""

from typing import Any

import redis.asyncio
import redis.exceptions
from redis.asyncio.client import Monitor

from boxoffice.net.network import Link
from boxoffice.servers.redis.connection import FakeConnection, crossed, decoded, packed
from boxoffice.servers.redis.lacking import check, name_of, not_simulated
from boxoffice.servers.redis.server import FakeRedisServer


class FakeRedis(redis.asyncio.Redis):
    """redis-py's client, pipelines, subscriptions and locks, on a fake server.

    What fakeredis has not raises NotSimulated, with what to do instead.
    """

    def __init__(
        self, server: FakeRedisServer, link: Link, *, db: int = 0, decode_responses: bool = False
    ) -> None:
        # Without a pool given, redis-py looks up its own version among the installed packages.
        pool = redis.asyncio.ConnectionPool(
            connection_class=FakeConnection,
            server=server,
            link=link,
            db=db,
            decode_responses=decode_responses,
        )
        super().__init__(connection_pool=pool)
        self._server = server
        self._link = link
        self._db = db
        self._encoder: Any = pool.get_encoder()  # type: ignore[no-untyped-call]

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        """Send one command.  Raises: redis.exceptions.TimeoutError, ConnectionError."""
        check(name_of(args), alone=True)
        sent = packed(self._encoder, args)
        about = str(args[1]) if len(args) > 1 else ""
        [answer] = await crossed(
            self._link, str(args[0]).lower(), about, lambda: self._server.answer(self._db, sent)
        )
        answered: Any = _Answered(self._encoder, answer)
        return await self.parse_response(answered, args[0], **options)

    def client(self) -> "FakeRedis":
        """Return a client like this one."""
        decodes = self._encoder.decode_responses
        return FakeRedis(self._server, self._link, db=self._db, decode_responses=decodes)

    def monitor(self) -> Monitor:
        """Raise: NotSimulated; the trace of a run has every call."""
        raise not_simulated("MONITOR")

    def keyspace_notifications(self, *_: Any, **__: Any) -> Any:
        """Raise: NotSimulated."""
        raise not_simulated("keyspace_notifications")


class _Answered:
    """A connection with one answer to read."""

    def __init__(self, encoder: Any, answer: Any) -> None:
        self._encoder = encoder
        self._answer = answer

    async def read_response(self, disable_decoding: bool = False) -> Any:
        if disable_decoding and not isinstance(self._answer, Exception):
            return self._answer
        return decoded(self._encoder, self._answer)
