"""redis-py's connection, with a link where it would write to a socket and read from it."""

import asyncio
import math
from collections import deque
from collections.abc import Awaitable, Callable
from inspect import signature
from typing import Any, Final, TypeVar, cast

import redis.asyncio
import redis.exceptions
from redis._parsers.base import _RESPBase  # which error of the server's becomes which exception
from redis.asyncio.connection import AbstractConnection

from boxoffice.net.calls import Several
from boxoffice.net.network import Answered, Link, Lost, Refused
from boxoffice.net.patience import Patience
from boxoffice.servers.redis.client_options import SOCKET_TIMEOUT_S, kept_of, patience_s
from boxoffice.servers.redis.server import FakeRedisServer
from boxoffice.servers.redis.socket import Fields, Socket
from boxoffice.servers.redis.unsupported import check, name_of

T = TypeVar("T")


async def crossed(link: Link, verb: str, about: str, effect: Callable[[], T | Awaitable[T]]) -> T:
    """Have `effect` done at the server.  Raises: redis.exceptions.TimeoutError, ConnectionError."""
    try:
        return await link.call(verb, about, effect)
    except Lost as lost:
        raise redis.exceptions.TimeoutError(f"Timeout reading from redis: {lost}") from None
    except Refused as refused:
        raise redis.exceptions.ConnectionError(f"Error connecting to {refused}") from None
    except Answered as error:
        raise _RESPBase.parse_error(error.says) from None  # type: ignore[no-untyped-call]


def packed(encoder: Any, args: tuple[Any, ...]) -> Fields:
    """Return a command as it is on the wire."""
    name, *rest = args
    words = name.split() if isinstance(name, bytes) else str(name).encode().split()
    return [*words, *map(encoder.encode, rest)]


def decoded(encoder: Any, answer: Any) -> Any:
    """Return an answer in strings, where the client wants them.  Raises: what the server says."""
    if isinstance(answer, Exception):
        raise answer
    if not encoder.decode_responses:
        return answer
    return _decoded(encoder, answer)


def _decoded(encoder: Any, answer: Any) -> Any:
    if isinstance(answer, bytes):
        return encoder.decode(answer)
    if isinstance(answer, list):
        return [_decoded(encoder, it) for it in answer]
    if isinstance(answer, dict):
        return {_decoded(encoder, name): _decoded(encoder, it) for name, it in answer.items()}
    return answer


def over(server: FakeRedisServer, link: Link, options: dict[str, Any]) -> dict[str, Any]:
    """Return a pool's options, for connections that are links.

    Raises: NotSimulated, for an option that would change what a connection does.
    """
    kept = kept_of(options)
    limit_s = patience_s(options)
    if limit_s != SOCKET_TIMEOUT_S:
        link = cast(Link, Patience(link, limit_s))
    return {**kept, "server": server, "link": link}


_TELLS_OF_ITSELF: Final = "driver_info" in signature(AbstractConnection.__init__).parameters


class FakeConnection(redis.asyncio.Connection):
    """A connection of a pool's: what pipelines and subscriptions keep for themselves."""

    def __init__(self, *, server: FakeRedisServer, link: Link, **options: Any) -> None:
        if _TELLS_OF_ITSELF:  # nobody asks, and its version would be looked up each time
            options.setdefault("driver_info", None)
        super().__init__(**options)
        self._server = server
        self._link = link
        self._socket: Socket | None = None
        self._inbox: deque[Any] = deque()
        self._news = asyncio.Event()

    @property
    def is_connected(self) -> bool:
        return self._socket is not None

    async def connect(self) -> None:
        """Open it, if it is not, and subscribe anew to what was subscribed to.

        Raises: redis.exceptions.TimeoutError, ConnectionError.
        """
        if self._socket is not None:
            return
        if self._connect_callbacks:
            # Without an error here redis-py would subscribe again and again to what is not there.
            await crossed(self._link, "connect", "", lambda: None)
        self._inbox.clear()
        pushes = self._link.pushes()
        self._socket = socket = self._server.connected(int(self.db), lambda: pushes.gone)
        socket.push = lambda said: pushes.send(
            said[0].decode(), said[1].decode(errors="replace"), lambda: self._arrived(socket, said)
        )
        pushes.when_broken(lambda: self._broken(socket))
        for callback in [reference() for reference in self._connect_callbacks]:
            if callback is not None:
                await callback(self)

    async def disconnect(self, *_: Any, **__: Any) -> None:
        """Close it; the server forgets what it watched and subscribed to."""
        if self._socket is not None:
            self._server.disconnected(self._socket)
            self._socket = None
        self._inbox.clear()

    def pack_command(self, *args: Any) -> list[Any]:
        return [args]

    def pack_commands(self, commands: Any) -> list[Any]:
        return list(commands)

    async def send_command(self, *args: Any, **_: Any) -> None:
        """Send one command.  Raises: redis.exceptions.TimeoutError, ConnectionError."""
        await self._send(name_of(args).lower(), [args])

    async def send_packed_command(self, command: Any, check_health: bool = True) -> None:
        """Send several at once.  Raises: redis.exceptions.TimeoutError, ConnectionError."""
        verb = Several("pipeline")
        verb.each = tuple(name_of(args).lower() for args in command)
        await self._send(verb, list(command))

    async def _send(self, verb: str, commands: list[tuple[Any, ...]]) -> None:
        for args in commands:
            check(name_of(args), alone=False)
        await self.connect()
        socket = self._socket
        assert socket is not None
        sent = [packed(self.encoder, args) for args in commands]
        about = next((str(args[1]) for args in commands if len(args) > 1), "")
        answers = await crossed(self._link, verb, about, lambda: self._server.answers(socket, sent))
        for answer in answers:
            self._arrived(socket, answer)

    async def can_read(self, timeout: float = 0) -> bool:
        return bool(self._inbox)

    can_read_destructive = can_read  # as redis-py called it before 8.0

    async def read_response(
        self,
        disable_decoding: bool = False,
        timeout: float | None = None,
        *,
        disconnect_on_error: bool = True,
        push_request: bool | None = False,
    ) -> Any:
        """Take the next answer or message; None if there is none for `timeout` seconds."""
        try:
            async with asyncio.timeout(None if timeout in (None, math.inf) else timeout):
                while not self._inbox:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return None
        answer = self._inbox.popleft()
        if disable_decoding and not isinstance(answer, Exception):
            return answer
        return decoded(self.encoder, answer)

    def _arrived(self, socket: Socket, said: Any) -> None:
        if socket is self._socket:
            self._inbox.append(said)
            self._news.set()

    def _broken(self, socket: Socket) -> None:
        if socket is self._socket:
            gone = redis.exceptions.ConnectionError("Connection closed by server.")
            self._arrived(socket, gone)
            self._server.disconnected(socket)
            self._socket = None
