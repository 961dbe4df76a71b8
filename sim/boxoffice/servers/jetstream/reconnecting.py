"""What a connection does while its server is away, as far as it was told how.

nats-py (2.16) tries again every `reconnect_time_wait` seconds, `max_reconnect_attempts` times and
once more, and then closes.  A server that is away is noticed here with the next call.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from boxoffice.net.network import LinkError

if TYPE_CHECKING:
    from boxoffice.servers.jetstream.client import FakeNats

RECONNECT_S = 2.0  # nats-py's `reconnect_time_wait`
Callback = Callable[..., Awaitable[None]] | None


class Reconnecting:
    """The options of one connection about that; without any it tries for ever, and tells nobody."""

    def __init__(
        self,
        connection: FakeNats,
        *,
        allow_reconnect: bool = True,
        reconnect_time_wait: float = RECONNECT_S,
        max_reconnect_attempts: int = -1,
        error_cb: Callback = None,
        disconnected_cb: Callback = None,
        reconnected_cb: Callback = None,
        closed_cb: Callback = None,
        **_: Any,
    ) -> None:
        self.wait_s = reconnect_time_wait
        self._connection = connection
        self._allowed = allow_reconnect
        self._attempts = max_reconnect_attempts  # without an end, if it is not positive
        self._error_cb = error_cb
        self._disconnected_cb = disconnected_cb
        self._reconnected_cb = reconnected_cb
        self._closed_cb = closed_cb
        self._asked = (
            not allow_reconnect
            or max_reconnect_attempts > 0
            or any((error_cb, disconnected_cb, reconnected_cb))
        )
        self._task: asyncio.Task[None] | None = None

    def lost(self) -> None:
        """The server is away; whoever asked for it is told, and it is looked for."""
        if self._asked and (self._task is None or self._task.done()):
            self._task = asyncio.get_running_loop().create_task(self._look_for_it())

    async def closed(self) -> None:
        """Tell of the end, whoever has wanted it."""
        if self._task is not None and self._task is not asyncio.current_task():
            self._task.cancel()
        for told in (self._disconnected_cb, self._closed_cb):
            if told is not None:
                await told()

    async def _look_for_it(self) -> None:
        if not self._allowed:
            return await self._connection.close()
        if self._disconnected_cb is not None:
            await self._disconnected_cb()
        failures = 0
        while not await self._is_there():
            failures += 1
            if self._error_cb is not None:
                await self._error_cb(ConnectionRefusedError("nats: the server is away"))
            if 0 < self._attempts < failures:
                return await self._connection.close()
            await asyncio.sleep(self.wait_s)
        self._connection.came_back()
        if self._reconnected_cb is not None:
            await self._reconnected_cb()

    async def _is_there(self) -> bool:
        try:
            await self._connection.link.call("connect", "", lambda: None)
        except LinkError:
            return False
        return True
