"""A client's subscriptions: nats-py's own, with a link where messages come from."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

import nats.errors
from nats.aio.subscription import Subscription

from boxoffice.net.network import LinkError
from boxoffice.servers.jetstream import ordered
from boxoffice.servers.jetstream.core import CoreMessage, Interest
from boxoffice.servers.jetstream.subscription import Acks, message

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.client import FakeNats


class CoreSubscriptions:
    """What one connection has subscribed to, also after its server was away."""

    def __init__(self, connection: FakeNats) -> None:
        self._connection = connection
        self.subs: dict[int, Subscription] = {}  # who takes what comes
        self._interests: dict[int, Interest] = {}  # what the server is to know
        self.last = 0  # the number of the last one
        self._pushes: Any = None
        self.in_order = False  # the next subscription
        self._telling: dict[int, asyncio.Task[None]] = {}
        self._connecting: asyncio.Task[None] | None = None

    async def add(self, subject: str, queue: str, **options: Any) -> Subscription:
        """Subscribe; the server knows of it when this returns, unless it is away.

        Of an ordered consumer it is told soon: nats-py takes down first what it is to watch for.
        """
        self.last = sid = self.last + 1
        sub = Subscription(self._connection, sid, subject, queue=queue, **options)
        sub._start(self._connection.report)  # type: ignore[no-untyped-call]
        self.subs[sid] = sub
        if self.in_order:
            self.in_order = False
            self._reached()
            self._telling[sid] = telling = self._begin(self.tell(sub))
            telling.add_done_callback(lambda it: self._telling.pop(sid, None))
        else:
            await self.tell(sub)
        return sub

    async def tell(self, sub: Subscription) -> None:
        """Tell the server of a subscription, now or once it is reached again."""
        sid, pushes = sub._id, self._reached()

        def deliver(it: CoreMessage) -> None:
            pushes.send("message", it.subject, lambda: self._received(sid, it))

        gone = lambda: pushes.gone  # noqa: E731
        interest = Interest(sub._subject, sub._queue, deliver, gone, sub._max_msgs)
        self._interests[sid] = interest
        try:
            await self._register(sid)
        except LinkError:  # nats-py subscribes anew once it has reconnected
            self._connect_soon()

    async def end(self, sid: int, most: int) -> None:
        """Tell the server to send no more, or no more than `most` messages."""
        if sid in self._telling:  # or the end would overtake the beginning
            await asyncio.wait([self._telling[sid]])
        interest = self._interests.get(sid)
        if interest is None:
            return
        core, link = self._connection.server.core, self._connection.link
        if not most:
            del self._interests[sid]
        try:
            await link.call(
                "unsubscribe", interest.subject, lambda: core.unsubscribe(interest, most)
            )
        except LinkError:
            self._connect_soon()  # what has ended is not subscribed to anew

    def forget(self, sid: int) -> None:
        """Take no more messages for a subscription."""
        self.subs.pop(sid, None)

    async def drain(self) -> None:
        """End all, and wait until what has come is worked off."""
        for sub in list(self.subs.values()):
            await sub._drain()

    def close(self) -> None:
        """End all, as the server notices at once when a connection is closed."""
        for sub in self.subs.values():
            sub._stop_processing()
        for interest in self._interests.values():
            self._connection.server.core.unsubscribe(interest)
        self.subs.clear()
        self._interests.clear()

    def _reached(self) -> Any:
        if self._pushes is None:
            self._context = copy_context()
            self._pushes = self._connection.link.pushes()
            self._pushes.when_broken(self._broken)
        return self._pushes

    def _broken(self) -> None:
        for interest in self._interests.values():
            self._connection.server.core.unsubscribe(interest)
        self._pushes.when_broken(self._broken)
        self._context.run(self._connect_soon)
        self._context.run(self._connection.reconnecting.lost)

    def _connect_soon(self) -> None:
        if self._connecting is None or self._connecting.done():
            self._connecting = asyncio.get_running_loop().create_task(self._connect())

    async def _connect(self) -> None:
        while self._interests:
            await asyncio.sleep(self._connection.reconnecting.wait_s)
            try:
                for sid in list(self._interests):
                    await self._register(sid)
            except LinkError:
                continue
            return

    async def _register(self, sid: int) -> None:
        interest = self._interests.get(sid)
        if interest is not None:
            core, link = self._connection.server.core, self._connection.link
            await link.call("subscribe", interest.subject, lambda: core.subscribe(interest))

    def _received(self, sid: int, it: CoreMessage) -> None:
        # What nats-py's `_process_msg` does with it.
        sub = self.subs.get(sid)
        if sub is None:
            return
        sub._received += 1
        if 0 < sub._max_msgs <= sub._received:
            del self.subs[sid]
            self._interests.pop(sid, None)
        door = Acks(self._connection, it.delivery) if it.delivery else self._connection
        found = message(
            door,
            subject=it.subject,
            reply=it.reply,
            data=it.data,
            headers=dict(it.headers) or None,
            _sid=sid,
        )
        if ordered.takes(sub, found, self._begin):
            return
        if sub._future is not None:
            if not sub._future.done():
                sub._future.set_result(found)
            return
        if sub._pending_queue.full():
            slow = nats.errors.SlowConsumerError(it.subject, it.reply, sid, sub)
            asyncio.get_running_loop().create_task(self._connection.report(slow))
            return
        sub._pending_size += len(it.data)
        sub._pending_queue.put_nowait(found)
        if sub._jsi is not None:
            sub._jsi.track_sequences(found.reply)

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        return self._context.run(asyncio.get_running_loop().create_task, work)
