"""A Redis server on a host of its own: fakeredis, reached over a link."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cached_property
from typing import Any, Final

import fakeredis

from boxoffice.servers.redis.blocked import Answers, Blocked
from boxoffice.servers.redis.ordered import keep_order
from boxoffice.servers.redis.scripts import COMMANDS as SCRIPTING
from boxoffice.servers.redis.scripts import LUA, Scripts
from boxoffice.servers.redis.socket import Fields, Socket
from boxoffice.servers.redis.unsupported import name_of, not_simulated

READING: Final = frozenset(
    {"EXISTS", "GET", "KEYS", "PING", "ZCOUNT", "ZRANGE", "ZRANGEBYSCORE", "ZSCORE"}
)

_PUBLISHING: Final = frozenset({"PUBLISH", "SPUBLISH", "PUBSUB NUMSUB", "PUBSUB CHANNELS", "EXEC"})


class FakeRedisServer:
    """Keeps its data as long as it is not told to forget."""

    def __init__(self) -> None:
        keep_order()
        self._server: Any = fakeredis.FakeServer()
        # fakeredis keeps those who listen in sets, whose order differs from run to run.
        for heard in ("subscribers", "psubscribers", "ssubscribers"):
            setattr(self._server, heard, defaultdict(_InOrder))
        self._copies: _Copies | None = None
        # Told of each command that a client sends, by who asks what commutes.
        self.notice: Callable[[Fields], None] = lambda command: None
        self._blocked = Blocked()
        self._scripts = Scripts()
        self._clients: dict[Socket, Callable[[], bool]] = {}

    @cached_property
    def _client(self) -> fakeredis.FakeStrictRedis:
        return fakeredis.FakeStrictRedis(server=self._server)

    @cached_property
    def _connection(self) -> Any:
        # One for all commands: a pool that lends it out for each takes as long as the command.
        return self._client.connection_pool.make_connection()

    def execute(self, *command: Any, **options: Any) -> Any:
        """Do one command at once."""
        if self._copies is not None and command[0] not in READING:
            self._copies.remember()
        self._connection.send_command(*command)
        parsed = self._client.parse_response
        found = parsed(self._connection, command[0], **options)  # type: ignore[no-untyped-call]
        self._blocked.serve()
        return found

    def peek(self, now_s: float) -> dict[bytes, Any]:
        """Return what is under each key at this moment, in seconds since 1970, as it is filed.

        It is to be looked at only, and as often as one likes: no command is as quick.  A sorted set
        is a mapping of members to scores.
        """
        kept = self._server.dbs[0]._dict.items()
        return {it: held.value for it, held in kept if (held.expireat or now_s) >= now_s}

    def connected(self, db: int, gone: Callable[[], bool]) -> Socket:
        """Return a client's connection of its own; `gone` tells that the client is no more."""
        socket = Socket(self._server, db)
        self._clients[socket] = gone
        return socket

    def disconnected(self, socket: Socket) -> None:
        """Forget a connection, and all that it watches and has subscribed to."""
        self._clients.pop(socket, None)
        socket.leave()

    def answers(self, socket: Socket, commands: list[Fields]) -> Answers | asyncio.Future[Answers]:
        """Do commands one after the other.  Raises: NotSimulated for a wait among several."""
        if len(commands) == 1:
            return self._done(socket, commands[0])
        found = []
        for command in commands:
            answers = self._done(socket, command)
            if isinstance(answers, asyncio.Future):
                answers.cancel()
                raise not_simulated(f"{command[0].decode()} that waits in a pipeline")
            found += answers
        return found

    def _done(self, socket: Socket, command: Fields) -> Answers | asyncio.Future[Answers]:
        name = name_of((*command,))
        self.notice(command)
        if self._copies is not None and name not in READING:
            self._copies.remember()
        if name in _PUBLISHING:
            self._leave_those_gone()
        if name in SCRIPTING and not LUA:
            answers = [self._scripts.answer(socket, name, command)]
        else:
            answers = socket.ask(command)
        if socket.waits is not None:
            return self._blocked.wait(socket, socket.waits)
        self._blocked.serve()
        return answers

    @property
    def blocked_clients(self) -> int:
        """Count who waits for what is not there yet, as INFO of a real server does."""
        return len(self._blocked)

    def _leave_those_gone(self) -> None:
        for socket in [it for it, gone in self._clients.items() if gone()]:
            self.disconnected(socket)

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


class _InOrder(dict[Any, None]):
    """A set in the order in which its members came."""

    def add(self, member: Any) -> None:
        self[member] = None

    def discard(self, member: Any) -> None:
        self.pop(member, None)

    remove = dict.__delitem__

    def __iter__(self) -> Iterator[Any]:
        return iter(list(self.keys()))
