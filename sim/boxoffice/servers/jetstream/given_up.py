"""Requests for messages that their client does not wait for any more, and what comes of them.

Nobody tells a server that a fetch was cancelled.  It keeps the request until its time is over or
the subscription ends; what it sends for it waits in the client for the next fetch, unacknowledged.
Who has not unsubscribed and goes away keeps such messages from everybody else until their time to
be acknowledged is over.  (nats-py 2.16, `PullSubscription.fetch`; held to the real server by
tests/conformance/jetstream/test_given_up.py.)
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from nats.aio.msg import Msg

from boxoffice.servers.jetstream.pull import Delivery, Pull

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.client import FakeNats
    from boxoffice.servers.jetstream.consumer import Consumer


class GivenUp:
    """What one subscription has given up."""

    def __init__(self, connection: FakeNats, consumer: str) -> None:
        self._connection = connection
        self._consumer = consumer
        self._pushes = connection.link.pushes()
        self._requests: dict[Pull, Consumer] = {}
        self._came: deque[Delivery] = deque()
        self._ended = False
        self._asking = 0  # requests that somebody waits for, or whose end nobody has heard of yet
        self._waiting: list[asyncio.Future[None]] = []  # in turn, one of which may be given up

    def __len__(self) -> int:
        return len(self._came)

    def __bool__(self) -> bool:
        return bool(self._requests or self._came or self._asking)

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask for messages: what is given up meanwhile, a client may hear of a moment later."""
        self._asking += 1
        try:
            yield
        except asyncio.CancelledError:
            asyncio.get_running_loop().call_soon(self._asked)
            raise
        except BaseException:
            self._asked()
            raise
        else:
            self._asked()

    def _asked(self) -> None:
        self._asking -= 1

    @property
    def listens(self) -> bool:
        """Whether the server would find somebody who hears what it sends."""
        return not (self._ended or self._connection.is_closed or self._pushes.gone)

    def ended(
        self, consumer: Consumer, request: Pull, answer: asyncio.Future[list[Delivery]]
    ) -> None:
        """Take over a request that nobody waits for, unless its client is gone altogether."""
        if request.done or not answer.cancelled():
            return
        if self.listens:
            self._requests[request] = consumer
        else:
            consumer.withdraw(request)

    def answer(self, found: list[Delivery]) -> None:
        """Send the client what is found for a request that was given up."""
        for request in [it for it in self._requests if it.done]:
            del self._requests[request]
        if observe := self._connection.server.observe:
            for it in found:
                stored = it.message
                observe("given-up", consumer=it.consumer, seq=stored.seq, subject=stored.subject)
        if found:  # that a request has ended, a client makes nothing of
            self._pushes.send("message", self._consumer, lambda: self._arrive(found))

    def _arrive(self, found: list[Delivery]) -> None:
        if self._ended:
            return
        self._came += found
        first = next((it for it in self._waiting if not it.done()), None)
        if first is not None:
            first.set_result(None)

    def at_hand(self, batch: int, at_most: bool) -> list[Delivery]:
        """Take what has come: `at_most` the batch, or as nats-py's own fetch of several, all."""
        many = len(self._came) if batch > 1 and not at_most else batch
        return [self._came.popleft() for _ in range(min(many, len(self._came)))]

    async def beside(self, asking: asyncio.Future[list[Msg]]) -> bool:
        """Wait for an answer, or for what comes for a request of before; return whether it is that.

        Who asks is then given up in its turn.
        """
        asking.add_done_callback(_heard)  # whatever becomes of it once it is given up
        waits = asyncio.get_running_loop().create_future()
        self._waiting.append(waits)
        try:
            done, _ = await asyncio.wait([asking, waits], return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._waiting.remove(waits)
            asking.cancel()
        return asking not in done

    def unsubscribe(self) -> None:
        """End it: the server hears that nobody listens any more."""
        if self._requests and self.listens:
            self._connection.send("unsubscribe", self._consumer, self._withdraw)
        self._came.clear()
        self._ended = True

    def _withdraw(self) -> None:
        for request, consumer in self._requests.items():
            consumer.withdraw(request)
        self._requests.clear()


def _heard(asked: asyncio.Future[list[Msg]]) -> None:
    """Take note of an error that nobody waits for any more."""
    if not asked.cancelled():
        asked.exception()
