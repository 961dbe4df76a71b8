"""A client's connection as the server has it: what it watches, queues and has subscribed to."""

from collections.abc import Callable
from typing import Any, NamedTuple

import redis.asyncio
from fakeredis import FakeServer
from fakeredis._helpers import NoResponse
from fakeredis._socket import FakeSocket

Fields = list[bytes]
# What redis-py speaks unless it is told otherwise: RESP3 since 8.0, and RESP2 before.
PROTOCOL = int(redis.asyncio.Connection().protocol)


class Wait(NamedTuple):
    """A command that found nothing: `attempt` looks again, `timeout_s` is 0 for ever.

    `shape` makes an answer of what was found, or of None.
    """

    timeout_s: float
    attempt: Callable[[bool], Any]
    shape: Callable[[Any], Any]


class Socket(FakeSocket):
    """fakeredis' connection, which hands over its answers and blocks nobody."""

    def __init__(self, server: FakeServer, db: int = 0) -> None:
        super().__init__(
            server, db, client_class=redis.asyncio.Redis, client_info={"resp": PROTOCOL}
        )
        self.waits: Wait | None = None
        self.push: Callable[[Any], None] | None = None
        self._asked: list[Any] | None = None

    def ask(self, fields: Fields) -> list[Any]:
        """Do a command, and return its answers: one, or one for each channel, or none yet."""
        self.waits = None
        answers = self._answers(fields)
        if answers == [None] and fields[0].upper() == b"BLMOVE":
            # fakeredis answers at once where there is no such list.
            _, source, target, *sides, timeout_s = fields
            move = [b"LMOVE", source, target, *sides]
            self.waits = Wait(float(timeout_s), lambda first: self._found(move), _as_it_is)
            return []
        return answers

    def _answers(self, fields: Fields) -> list[Any]:
        answers: list[Any] = []
        self._asked = answers
        try:
            self._process_command(fields)
        finally:
            self._asked = None
        return answers

    def _found(self, fields: Fields) -> Any:
        [answer] = self._answers(fields)
        return None if isinstance(answer, Exception) else answer

    def put_response(self, msg: Any) -> None:
        """Take an answer, or what another connection has published."""
        if self._asked is not None:
            self._asked.append(msg)
        elif self.push is not None:
            self.push(msg)

    def leave(self) -> None:
        """Forget the connection, and all that it watches and has subscribed to."""
        if self in self._server.sockets:
            self._server.sockets.remove(self)
        self._cleanup(self._server)

    def answer(self, wait: Wait, found: Any) -> Any:
        """Return what `wait` answers when it has found this, or None."""
        return self._decode_result(wait.shape(found))

    def _blocking(
        self,
        timeout: float | None,
        func: Callable[[bool], Any],
        shape: Callable[[Any], Any] | None = None,
    ) -> Any:
        shaped = shape or _as_it_is
        found = func(True)
        if found is not None or self._in_transaction:
            return shaped(found)

        def attempt(first: bool) -> Any:
            with self._server.lock:
                return func(first)

        self.waits = Wait(timeout or 0.0, attempt, shaped)
        return NoResponse()


def _as_it_is(found: Any) -> Any:
    return found
