"""nats-py's connection and JetStream context, with a `Link` to a fake server below them.

What can be nats-py's own is: management calls, publishing, messages and their acknowledgement
run its code down to the point where it would write to a socket.  Only `fetch` is written anew,
as one request with one answer.

With the server down nats-py (2.16) keeps requests in its buffer while it reconnects, and sends them
once it has; those whose time is over before end in `nats.errors.TimeoutError`.  A refused call does
the same here: it is tried again every `RECONNECT_S`, and `is_connected` is false until a call gets
through.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Protocol, TypeVar

import nats.errors
import nats.js.errors
from nats.aio.client import ServerVersion
from nats.aio.msg import Msg
from nats.js import JetStreamContext
from nats.js.manager import JetStreamManager

from boxoffice.net.network import Answered, Lost, Refused
from boxoffice.servers.jetstream import direct
from boxoffice.servers.jetstream.api import PREFIX, manage, verb_and_name
from boxoffice.servers.jetstream.deadlines import Deadlines
from boxoffice.servers.jetstream.headers import as_sent, block
from boxoffice.servers.jetstream.refusals import refusal
from boxoffice.servers.jetstream.server import JetStreamServer
from boxoffice.servers.jetstream.subscription import LATE_ANSWER_S, FakePullSubscription, message

T = TypeVar("T")

SERVER_VERSION = "2.15.1"  # the nats-server whose behaviour is copied
RECONNECT_S = 2.0  # nats-py's `reconnect_time_wait`


class Link(Protocol):
    """What carries calls between a client and the server; the world supplies it."""

    async def call(self, verb: str, about: str, effect: Callable[[], T | Awaitable[T]]) -> T:
        """Carry a request to the server, run `effect` there, carry the answer back.

        Raises: Lost (no answer in time), Refused (server down).
        """
        ...

    def send(self, verb: str, about: str, effect: Callable[[], object]) -> None:
        """Carry one way: the effect happens later, or never if it is lost."""
        ...


class FakeNats:
    """A connection to a fake server, in the shape of `nats.NATS` as far as services use it."""

    def __init__(self, server: JetStreamServer, link: Link) -> None:
        self.server = server
        self.link = link
        self._nuid = _Names(server)
        self._deadlines = Deadlines(server)
        self._closed = False
        self._reached = True

    @property
    def is_connected(self) -> bool:
        # A client notices at once that its server has gone: the connection is closed.
        return self._reached and not self._closed and getattr(self.link, "reachable", True)

    @property
    def is_reconnecting(self) -> bool:
        return not self._reached and not self._closed

    @property
    def is_closed(self) -> bool:
        return self._closed

    @property
    def is_draining(self) -> bool:
        return False

    @property
    def max_payload(self) -> int:
        """What the server's `INFO` says, in bytes."""
        return self.server.max_payload

    @property
    def connected_server_version(self) -> ServerVersion:
        return ServerVersion(SERVER_VERSION)

    def jetstream(self, **options: Any) -> FakeJetStream:
        return FakeJetStream(self, **options)

    async def request(
        self,
        subject: str,
        payload: bytes = b"",
        timeout: float = 0.5,
        old_style: bool = False,
        headers: dict[str, str] | None = None,
    ) -> Msg:
        """Ask and wait for the answer.

        Raises: nats.errors.TimeoutError, NoRespondersError, ConnectionClosedError.
        """
        self._check(subject, payload, headers)
        if subject.startswith(PREFIX):
            return await self._request_api(subject, payload, timeout)
        return _answer(
            await self._asked("publish", subject, self._store(subject, payload, headers), timeout)
        )

    async def publish(
        self,
        subject: str,
        payload: bytes = b"",
        reply: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send and forget; a stream that listens on `subject` stores it all the same."""
        self._check(subject, payload, headers)
        self.send("publish", subject, self._store(subject, payload, headers))

    async def flush(self, timeout: float = 10) -> None:
        await self.cross("flush", "", lambda: None, timeout)

    async def drain(self) -> None:
        await self.close()

    async def close(self) -> None:
        self._closed = True

    async def cross(
        self,
        verb: str,
        about: str,
        effect: Callable[[], T | Awaitable[T]],
        timeout_s: float | None,
        grace_s: float = 0.0,
    ) -> T:
        """Have `effect` done at the server; an answer may be `grace_s` seconds late.

        Raises: nats.errors.TimeoutError, Answered.
        """
        self._check_open()
        begun_s = self.server.now()
        try:
            patience_s = timeout_s + grace_s if timeout_s else None
            return await self._call(verb, about, effect, patience_s)
        except Lost:
            # nats-py cannot see that no answer will come: it waits until the time is over.
            rest_s = begun_s + (timeout_s or 0.0) - self.server.now()
            await asyncio.sleep(max(0.0, rest_s))
        except TimeoutError:
            pass
        raise nats.errors.TimeoutError

    async def _call(
        self, verb: str, about: str, effect: Callable[[], T | Awaitable[T]], timeout_s: float | None
    ) -> T:
        if timeout_s is None and self._reached:
            return await self._sent(verb, about, effect)
        async with asyncio.timeout(None) as limit:
            self._deadlines.begin(limit, timeout_s or LATE_ANSWER_S)
            try:
                return await self._sent(verb, about, effect)
            finally:
                self._deadlines.end(limit)

    async def _sent(self, verb: str, about: str, effect: Callable[[], T | Awaitable[T]]) -> T:
        while True:
            try:
                answer = await self.link.call(verb, about, effect)
            except Refused:
                # What waits in nats-py's buffer is sent as soon as it has reconnected.
                self._reached = False
                await asyncio.sleep(RECONNECT_S)
            else:
                self._reached = True
                return answer

    def send(self, verb: str, about: str, effect: Callable[[], object]) -> None:
        """Have `effect` done at the server some time.  Raises: ConnectionClosedError."""
        self._check_open()
        self.link.send(verb, about, effect)

    async def _request_api(self, subject: str, payload: bytes, timeout_s: float) -> Msg:
        verb, about = verb_and_name(subject)
        asked = json.loads(payload or b"{}")
        if subject.startswith(direct.DIRECT):
            try:
                found = await self.cross(
                    verb, about, lambda: direct.read(self.server, subject, asked), timeout_s
                )
            except Answered:  # a read in passing has no error but this one
                found = None
            if found is None:
                raise nats.errors.NoRespondersError
            return message(headers=found[0], data=found[1])
        return _answer(
            await self._asked(verb, about, lambda: manage(self.server, subject, asked), timeout_s)
        )

    async def _asked(
        self, verb: str, about: str, effect: Callable[[], Any], timeout_s: float
    ) -> dict[str, Any] | None:
        try:
            answer: dict[str, Any] | None = await self.cross(verb, about, effect, timeout_s)
        except Answered as error:
            return refusal(error.says)
        return answer

    def _store(
        self, subject: str, payload: bytes, headers: dict[str, str] | None
    ) -> Callable[[], dict[str, Any] | None]:
        sent = as_sent(headers)
        return lambda: self.server.publish(subject, payload, sent)

    def _check(self, subject: str, payload: bytes, headers: dict[str, str] | None) -> None:
        if not subject or any(letter.isspace() for letter in subject):
            raise nats.errors.BadSubjectError
        size = len(block(as_sent(headers))) if headers else 0
        if size + len(payload) > self.max_payload:  # as our client does: nats-py forgets headers
            raise nats.errors.MaxPayloadError

    def _check_open(self) -> None:
        if self._closed:
            raise nats.errors.ConnectionClosedError


class FakeJetStream(JetStreamContext):
    """nats-py's JetStream context on a `FakeNats`; it raises and returns what nats-py does."""

    def __init__(self, connection: FakeNats, **options: Any) -> None:
        super().__init__(conn=connection, **options)  # type: ignore[arg-type]
        self._connection = connection

    @property
    def _jsm(self) -> JetStreamManager:
        return self

    async def pull_subscribe_bind(
        self,
        consumer: str | None = None,
        stream: str | None = None,
        inbox_prefix: bytes | None = None,
        pending_msgs_limit: int = 0,
        pending_bytes_limit: int = 0,
        name: str | None = None,
        durable: str | None = None,
    ) -> FakePullSubscription:
        """Bind to a consumer, which is not looked for before the first fetch."""
        if not stream:
            raise ValueError("nats: stream name is required")
        named = durable or name or consumer
        return FakePullSubscription(self, self._connection, stream, str(named))


class _Names:
    """nats-py's source of unique names, counted instead of drawn so that runs repeat."""

    def __init__(self, server: JetStreamServer) -> None:
        self._server = server

    def next(self) -> bytearray:
        return bytearray(self._server.next_name().encode())


def _answer(answer: dict[str, Any] | None) -> Msg:
    if answer is None:
        raise nats.errors.NoRespondersError
    return message(data=json.dumps(answer).encode())
