"""nats-py's pull subscription, and the messages it gets."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import nats.errors
import nats.js.errors
from nats.aio.msg import Msg
from nats.js import JetStreamContext

from boxoffice.errors import NotSimulated
from boxoffice.net.network import Answered
from boxoffice.servers.jetstream.given_up import GivenUp
from boxoffice.servers.jetstream.pull import Delivery
from boxoffice.servers.jetstream.refusals import end_of_fetch

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.client import FakeNats
    from boxoffice.servers.jetstream.context import FakeJetStream

# How much longer than the server a client waits for the end of a fetch, so that an answer on
# its way when the request expires still counts.  nats-py would find it at the next fetch.
LATE_ANSWER_S = 1.0
# nats-py lets the server expire a request this much before it stops waiting itself.
EXPIRES_EARLY_S = 0.0001

_ACK_VERBS = {b"+TERM": "term", b"+WPI": "in_progress", b"-NAK": "nak"}


def message(door: Any = None, **fields: Any) -> Msg:
    """A message of nats-py's, which acknowledges itself through `door`."""
    return Msg(_client=door, **fields)


class FakePullSubscription(JetStreamContext.PullSubscription):
    """nats-py's pull subscription, whose fetch is one request with one answer."""

    def __init__(
        self, context: FakeJetStream, connection: FakeNats, stream: str, consumer: str
    ) -> None:
        self._js = context
        self._connection = connection
        self._stream = stream
        self._consumer = consumer
        self._bound = True
        self._given_up = GivenUp(connection, consumer)

    @property
    def pending_msgs(self) -> int:
        """What has come for a fetch that was given up."""
        return len(self._given_up)

    pending_bytes = pending_msgs

    @property
    def delivered(self) -> int:
        """Raise: NotSimulated; count what `fetch` brings."""
        raise NotSimulated("PullSubscription.delivered", "count what fetch brings")

    async def unsubscribe(self) -> None:
        """End the subscription; the consumer stays."""
        self._check_bound()
        self._bound = False
        self._given_up.unsubscribe()

    async def fetch(
        self, batch: int = 1, timeout: float | None = 5, heartbeat: float | None = None
    ) -> list[Msg]:
        """Get up to `batch` messages: what is there, else the first that come in `timeout` s.

        A `heartbeat` matters where the connection has a limit of `missed_heartbeats`.
        Raises: nats.errors.TimeoutError, ServiceUnavailableError if there is no such consumer.
        """
        self._check_bound()
        if batch < 1:
            raise ValueError("nats: invalid batch size")
        if timeout is not None and timeout <= 0:
            raise ValueError("nats: invalid fetch timeout")
        if self._given_up:
            return await self._after_one_given_up(batch, timeout, heartbeat)
        return await self._asked(batch, timeout, heartbeat)

    async def _after_one_given_up(
        self, batch: int, timeout: float | None, heartbeat: float | None
    ) -> list[Msg]:
        steady, late = self._is_steady(heartbeat), self._given_up
        got = [self._received(it) for it in late.at_hand(batch, steady)]
        if got and not steady and len(got) < batch:  # nats-py asks for what else is there
            with suppress(nats.errors.TimeoutError):
                got += await self._asked(batch - len(got), timeout, heartbeat, expires_s=0.0)
        if got:
            return got
        asking = asyncio.ensure_future(self._asked(batch, timeout, heartbeat))
        if not await late.beside(asking):
            return asking.result()
        return [self._received(it) for it in late.at_hand(batch, steady)]

    def _is_steady(self, heartbeat: float | None) -> bool:
        return bool(heartbeat and self._connection.missed_heartbeats)

    async def _asked(
        self,
        batch: int,
        timeout: float | None,
        heartbeat: float | None,
        expires_s: float | None = None,
    ) -> list[Msg]:
        if expires_s is None and timeout:
            expires_s = timeout - EXPIRES_EARLY_S
        ask = self._ask(batch, expires_s, self._is_steady(heartbeat))
        try:
            with self._given_up.asking():
                got = await self._connection.cross(
                    "fetch", self._consumer, ask, timeout, LATE_ANSWER_S, heartbeat
                )
        except Answered as error:
            end_of_fetch(error.says)
        if got is None:
            raise nats.js.errors.ServiceUnavailableError
        if not got and (batch == 1 or self._connection.server.knows(self._stream, self._consumer)):
            raise nats.errors.TimeoutError
        # What nats-py makes of a consumer that went away under a batch is an empty batch.
        return [self._received(delivery) for delivery in got]

    def _ask(self, batch: int, expires_s: float | None, listens: bool) -> Callable[[], Any]:
        loop, late = asyncio.get_running_loop(), self._given_up

        def effect() -> list[Delivery] | Awaitable[list[Delivery]] | None:
            answer: asyncio.Future[list[Delivery]] = loop.create_future()
            asked = self._connection.server.pull(
                self._stream,
                self._consumer,
                batch,
                expires_s,
                lambda found: (
                    late.answer(found) if answer.cancelled() else answer.set_result(found)
                ),
                lambda: answer.cancelled() and not late.listens,
                listens,
            )
            if asked is None:
                return None
            if answer.done():
                return answer.result()
            consumer, request = asked
            answer.add_done_callback(lambda it: late.ended(consumer, request, it))
            return answer

        return effect

    def _received(self, delivery: Delivery) -> Msg:
        stored = delivery.message
        return message(
            Acks(self._connection, delivery),
            subject=stored.subject,
            reply=delivery.reply,
            data=stored.data,
            headers=dict(stored.headers) or None,
        )

    def _check_bound(self) -> None:
        if not self._bound:
            raise ValueError("nats: invalid subscription")


class Acks:
    """Stands where a message keeps its connection, and carries what acknowledges it."""

    __slots__ = ("_connection", "_delivery")

    def __init__(self, connection: FakeNats, delivery: Delivery) -> None:
        self._connection = connection
        self._delivery = delivery
        connection.server.received(delivery)

    async def publish(self, reply: str, payload: bytes = b"", **_: Any) -> None:
        verb = _ACK_VERBS.get(payload[:5].rstrip(), "ack")
        self._connection.send(verb, self._about(), self._effect(payload))

    async def request(self, reply: str, payload: bytes = b"", timeout: float = 0.5) -> Msg:
        known = await self._connection.cross("ack", self._about(), self._effect(payload), timeout)
        if not known:
            raise nats.errors.NoRespondersError
        return message()

    def _about(self) -> str:
        stored = self._delivery.message
        return f"{stored.subject}#{stored.seq}"

    def _effect(self, payload: bytes) -> Callable[[], bool]:
        it, server = self._delivery, self._connection.server
        return lambda: server.acknowledge(it.stream, it.consumer, it.message.seq, payload)
