"""Those who wait for what is not there yet, in virtual time."""

import asyncio
from dataclasses import dataclass
from typing import Any

from boxoffice.net.calls import settle
from boxoffice.servers.redis.socket import Socket, Wait

Answers = list[Any]


@dataclass(eq=False)
class _Blocked:
    socket: Socket
    wait: Wait
    answer: asyncio.Future[Answers]


class Blocked:
    """All blocked clients of a server; who came first is served first.

    Source: https://redis.io/docs/latest/commands/blpop/
    """

    def __init__(self) -> None:
        self._waiting: list[_Blocked] = []

    def __len__(self) -> int:
        return len(self._waiting)

    def wait(self, socket: Socket, wait: Wait) -> asyncio.Future[Answers]:
        """Return the answer that comes when there is something, or when the time is over."""
        loop = asyncio.get_running_loop()
        blocked = _Blocked(socket, wait, loop.create_future())
        self._waiting.append(blocked)
        if wait.timeout_s:
            timer = loop.call_later(wait.timeout_s, self._give_up, blocked)
            blocked.answer.add_done_callback(lambda it: timer.cancel())
        blocked.answer.add_done_callback(lambda it: self._forget(blocked))
        return blocked.answer

    def serve(self) -> None:
        """Look again for all who wait, until nobody finds anything: one's find may be another's."""
        while any(self._is_served(it) for it in list(self._waiting)):
            pass

    def _is_served(self, blocked: _Blocked) -> bool:
        if blocked not in self._waiting or blocked.answer.done():
            return False
        found = blocked.wait.attempt(False)
        if found is not None:
            self._waiting.remove(blocked)
            settle(blocked.answer, [blocked.socket.answer(blocked.wait, found)])
        return found is not None

    def _give_up(self, blocked: _Blocked) -> None:
        settle(blocked.answer, [blocked.socket.answer(blocked.wait, None)])

    def _forget(self, blocked: _Blocked) -> None:
        if blocked in self._waiting:
            self._waiting.remove(blocked)
