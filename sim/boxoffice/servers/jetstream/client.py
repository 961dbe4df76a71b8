"""nats-py's connection and JetStream context, with a `Link` to a fake server below them.

What can be nats-py's own is: management calls, publishing, messages and their acknowledgement
run its code down to the point where it would write to a socket.  Only `fetch` is written anew,
as one request with one answer.

With the server down nats-py (2.16) keeps requests in its buffer while it reconnects, and sends them
once it has; those whose time is over before end in `nats.errors.TimeoutError`.  A refused call does
the same here: it is tried again every two seconds, and `is_connected` is false until a call gets
through.  What it is told of that otherwise, `reconnecting` does.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, NoReturn, TypeVar

import nats.errors
import nats.js.errors
from nats.aio.msg import Msg
from nats.aio.subscription import (
    DEFAULT_SUB_PENDING_BYTES_LIMIT,
    DEFAULT_SUB_PENDING_MSGS_LIMIT,
    Subscription,
)

from boxoffice.errors import NotSimulated
from boxoffice.net.network import Answered, Lost, Refused
from boxoffice.servers.jetstream import direct
from boxoffice.servers.jetstream.api import PREFIX, manage, verb_and_name
from boxoffice.servers.jetstream.asked import check_asked
from boxoffice.servers.jetstream.client_options import check
from boxoffice.servers.jetstream.context import FakeJetStream
from boxoffice.servers.jetstream.core import CoreMessage
from boxoffice.servers.jetstream.core_subscriptions import CoreSubscriptions
from boxoffice.servers.jetstream.deadlines import Deadlines
from boxoffice.servers.jetstream.headers import as_sent, check_sent
from boxoffice.servers.jetstream.heartbeats import given_up_s
from boxoffice.servers.jetstream.link import Link
from boxoffice.servers.jetstream.names import Names
from boxoffice.servers.jetstream.ordered import Resubscribing
from boxoffice.servers.jetstream.reconnecting import Reconnecting
from boxoffice.servers.jetstream.refusals import refusal
from boxoffice.servers.jetstream.server import JetStreamServer
from boxoffice.servers.jetstream.state import State
from boxoffice.servers.jetstream.subscription import LATE_ANSWER_S, message
from boxoffice.servers.jetstream.unsupported import refuse_attribute

T = TypeVar("T")

INBOX = "_INBOX"  # nats-py's own `inbox_prefix`


async def _unheard(error: Exception) -> None:
    """Take an error of a callback's where nobody has asked for them; nats-py would print it."""


class FakeNats(State, Resubscribing):
    """A connection to a fake server; what `nats.NATS` has beyond it raises NotSimulated.

    `options` are those of `nats.connect`; without any it tries to reconnect for ever.  `report` is
    told of errors of callbacks, as nats-py's `error_cb`.  A client of your own may end a fetch
    after some `missed_heartbeats`; nats-py (2.16) counts none.
    Raises: NotSimulated, for an option that would change what a connection does.
    """

    def __init__(self, server: JetStreamServer, link: Link, **options: Any) -> None:
        check(options)
        self.server = server
        self.link = link
        self._nuid = Names(server)
        self._deadlines = Deadlines(server)
        self._closed = False
        self._draining = False
        self._reached = True
        self.missed_heartbeats: int | None = None
        self.listening = CoreSubscriptions(self)
        self._outgoing: Any = None
        self.report: Callable[[Exception], Coroutine[Any, Any, None]] = (
            options.get("error_cb") or _unheard
        )
        self.reconnecting = Reconnecting(self, **options)
        prefix = options.get("inbox_prefix", INBOX)
        self._inbox = prefix.decode() if isinstance(prefix, bytes) else prefix

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
        check_sent(subject, payload, headers, self.max_payload)
        if subject.startswith(PREFIX):
            return await self._request_api(subject, payload, timeout)
        effect = self._store(subject, payload, headers, self.new_inbox(), asks=True)
        answer = await self._asked("publish", subject, effect, timeout)
        if isinstance(answer, CoreMessage):
            return self._received(answer)
        return _answer(answer)

    async def publish(
        self,
        subject: str,
        payload: bytes = b"",
        reply: str = "",
        headers: dict[str, str] | None = None,
    ) -> None:
        """Send and forget; a stream that listens on `subject` stores it all the same."""
        check_sent(subject, payload, headers, self.max_payload)
        self._check_open()
        if self._outgoing is None:
            self._outgoing = self.link.in_order()
        self._outgoing.send("publish", subject, self._store(subject, payload, headers, reply))

    async def subscribe(
        self,
        subject: str,
        queue: str = "",
        cb: Callable[[Msg], Awaitable[None]] | None = None,
        future: asyncio.Future[Msg] | None = None,
        max_msgs: int = 0,
        pending_msgs_limit: int = DEFAULT_SUB_PENDING_MSGS_LIMIT,
        pending_bytes_limit: int = DEFAULT_SUB_PENDING_BYTES_LIMIT,
    ) -> Subscription:
        """Listen on a subject, as one of a group where `queue` names one.

        Raises: nats.errors.BadSubjectError, ConnectionClosedError, NotSimulated.
        """
        check_asked(subject, queue)
        self._check_open()
        if subject.startswith("$"):
            raise NotSimulated(
                f"NATS.subscribe to {subject}", "the trace of a run has what it says"
            )
        limits = {
            "pending_msgs_limit": pending_msgs_limit,
            "pending_bytes_limit": pending_bytes_limit,
        }
        return await self.listening.add(
            subject, queue, cb=cb, future=future, max_msgs=max_msgs, **limits
        )

    def new_inbox(self) -> str:
        """Return a subject for replies that nobody else has."""
        return self.server.core.next_inbox().replace(INBOX, self._inbox, 1)

    async def _send_unsubscribe(self, sid: int, limit: int = 0) -> None:
        await self.listening.end(sid, limit)

    def _remove_sub(self, sid: int, max_msgs: int = 0) -> None:
        self.listening.forget(sid)

    def _received(self, it: CoreMessage) -> Msg:
        headers = dict(it.headers) or None
        return message(self, subject=it.subject, reply=it.reply, data=it.data, headers=headers)

    async def flush(self, timeout: float = 10) -> None:
        await self.cross("flush", "", lambda: None, timeout)

    async def drain(self) -> None:
        self._draining = True
        await self.listening.drain()
        await self.close()

    async def close(self) -> None:
        if not self._closed:
            self.listening.close()
            self._closed = True
            await self.reconnecting.closed()

    def came_back(self) -> None:
        """The server can be reached again."""
        self._reached = True

    def __getattr__(self, name: str) -> NoReturn:
        refuse_attribute(name)

    async def cross(
        self,
        verb: str,
        about: str,
        effect: Callable[[], T | Awaitable[T]],
        timeout_s: float | None,
        grace_s: float = 0.0,
        heartbeat_s: float | None = None,
    ) -> T:
        """Have `effect` done at the server; an answer may be `grace_s` seconds late.

        Raises: nats.errors.TimeoutError, Answered.
        """
        self._check_open()
        begun_s = self.server.now()
        try:
            patience_s = timeout_s + grace_s if timeout_s else None
            return await self._call(verb, about, effect, patience_s)
        except Lost as lost:
            # nats-py cannot see that no answer will come: it waits until the time is over.
            over_s, now_s = begun_s + (timeout_s or 0.0), self.server.now()
            missed, lost_s = self.missed_heartbeats, now_s - lost.ago_s
            over_s = given_up_s(begun_s, lost_s, over_s, heartbeat_s, missed)
            await asyncio.sleep(max(0.0, over_s - now_s))
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
                asked = effect if self._reached else partial(self._arrived, effect)
                answer = await self.link.call(verb, about, asked)
            except Refused:
                # What waits in nats-py's buffer is sent as soon as it has reconnected.
                self._reached = False
                self.reconnecting.lost()
                await asyncio.sleep(self.reconnecting.wait_s)
                self._check_open()
            else:
                self._reached = True
                return answer

    def _arrived(self, effect: Callable[[], T]) -> T:
        self._reached = True  # however long it is until there is an answer
        return effect()

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
    ) -> Any:
        try:
            answer = await self.cross(verb, about, effect, timeout_s)
        except Answered as error:
            return refusal(error.says)
        return answer

    def _store(
        self,
        subject: str,
        payload: bytes,
        headers: dict[str, str] | None,
        reply: str = "",
        asks: bool = False,
    ) -> Callable[[], Any]:
        sent = as_sent(headers)
        return lambda: self.server.spread(CoreMessage(subject, reply, payload, sent), asks)

    def _check_open(self) -> None:
        if self._closed:
            raise nats.errors.ConnectionClosedError


def _answer(answer: dict[str, Any] | None) -> Msg:
    if answer is None:
        raise nats.errors.NoRespondersError
    return message(data=json.dumps(answer).encode())
