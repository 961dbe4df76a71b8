"""How people part with a service that is about to end: each with an answer of ours."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.common.errors import Unavailable
from services.common.http import problem

T = TypeVar("T")
Answered = Callable[[str, str, int], object]

RETRY_AFTER_S: Final = 1  # by then another process answers
_CLOSE: Final = (b"connection", b"close")
_KEY: Final = "parting"


class OutOfTime(Unavailable):
    """The process ends before the work is done; what it was about to do may have happened."""

    def __init__(self) -> None:
        super().__init__("The service ends before this is done; try again")


class ConnectionDraining:
    """Asks for an end of the connection with each answer, once the service is about to end.

    Else a proxy may send a request over an idle connection in the moment in which it is closed.
    Whoever is still in hand when the time is up is told so, or what the route makes of `OutOfTime`.
    `answered` hears of the method, path and status of the former.
    """

    def __init__(self, app: ASGIApp, answered: Answered = lambda *_: None) -> None:
        self.is_over = False
        self._app = app
        self._answered = answered
        self._begun = False
        self._in_hand: dict[asyncio.Task[object], None] = {}  # a set that keeps its order

    def begin(self) -> None:
        """Ask from now on, also of those who are being answered."""
        self._begun = True

    def end(self) -> None:
        """Answer at once whoever is in hand, and whoever comes."""
        self.is_over = True
        for task in self._in_hand:
            task.cancel()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        begun = False

        async def part(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                if self._begun:
                    message = {**message, "headers": [*message.get("headers", ()), _CLOSE]}
            await send(message)

        state = {**scope.get("state", {}), _KEY: self}
        if await self._in_time({**scope, "state": state}, receive, part) or begun:
            return
        self._answered(scope["method"], scope["path"], 503)
        sorry = problem(503, OutOfTime().message)
        sorry.headers["Retry-After"] = str(RETRY_AFTER_S)
        await sorry(scope, receive, part)

    async def _in_time(self, scope: Scope, receive: Receive, send: Send) -> bool:
        if self.is_over:
            return False
        task = _this_task()
        self._in_hand[task] = None
        try:
            await self._app(scope, receive, send)
        except asyncio.CancelledError:
            if not self.is_over:
                raise
            task.uncancel()
            return False
        finally:
            del self._in_hand[task]
        return True


async def in_time(request: Request, work: Awaitable[T]) -> T:
    """Do some work of a request.  Raises: OutOfTime, if the process ends before it is done."""
    try:
        return await work
    except asyncio.CancelledError:
        parting = request.scope.get("state", {}).get(_KEY)
        if parting is None or not parting.is_over:
            raise
        _this_task().uncancel()
        raise OutOfTime from None


def _this_task() -> asyncio.Task[object]:
    task = asyncio.current_task()
    assert task is not None, "a request is answered by a task"
    return task
