"""What the page is told while it is open, and the switch that it may throw."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator
from typing import Any, Final, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from boxoffice import Outcome
from boxoffice.views import run_of
from scenarios.look.guard import Guard
from scenarios.look.sightings import Sightings
from scenarios.look.switch import Switch, UnknownFault
from scenarios.look.told import told
from services.common.http import problem
from services.common.mail import Letter

BELOW: Final = "/live/"
APART_S: Final = 0.25  # of the machine's time, between two pieces of news
BEAT_S: Final = 15.0  # after which something is said, or nobody would notice who has left
LETTERS: Final = 3  # the last, which may hold a way to another password
LONGEST: Final = 4_000  # bytes of what is to be switched on
SAFE: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def drawn(outcome: Outcome) -> dict[str, Any]:
    """Return what the explorer draws; what really happens has no seed."""
    return {**run_of(outcome), "seed": None}


class CatchesUp(Protocol):
    """What brings what the broker has stored."""

    async def catch_up(self, seen: Sightings) -> None:
        """Note what has come since."""


class Live:
    """An ASGI app for what is below `BELOW`: `news`, `run` and `faults`."""

    def __init__(
        self, guard: Guard, seen: Sightings, stream: CatchesUp, switch: Switch, speed: float
    ) -> None:
        self._guard = guard
        self._seen = seen
        self._stream = stream
        self._switch = switch
        self._speed = speed
        self.letters = deque[Letter](maxlen=LETTERS)
        self._catching = asyncio.Lock()
        self._is_over = False

    def end(self) -> None:
        """Let go of everybody."""
        self._is_over = True
        self._seen.wake()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answer = await self._answer(request)
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        if refusal := self._guard.refusal(request.method, request.headers):
            return problem(*refusal)
        asked = request.method, request.url.path.removeprefix(BELOW)
        if asked == ("GET", "news"):
            return StreamingResponse(self._news(), media_type="text/event-stream", headers=SAFE)
        if asked == ("GET", "run"):
            return await self._run()
        if asked == ("POST", "faults"):
            return await self._turn(request)
        return problem(404, "There is nothing at this address")

    async def _run(self) -> Response:
        async with self._catching:
            await self._stream.catch_up(self._seen)
        seen = self._seen.kept()
        # The services share this loop, and a drawing of thousands of events takes a while.
        text = await asyncio.to_thread(lambda: json.dumps(drawn(told(seen))))
        return Response(text, media_type="application/json", headers=SAFE)

    async def _turn(self, request: Request) -> Response:
        said: Any = None
        body = await request.body()
        try:
            said = json.loads(body) if len(body) <= LONGEST else None
            if not isinstance(said, list) or not all(isinstance(it, str) for it in said):
                raise UnknownFault("What is to go wrong is a list of the faults on offer")
            self._switch.turn(said)
        except (ValueError, RecursionError) as error:
            why = str(error) if isinstance(error, UnknownFault) else "This is no JSON"
            return problem(400, why)
        self._seen.wake()
        return JSONResponse(self._switch.state(), headers=SAFE)

    async def _news(self) -> AsyncIterator[str]:
        """Yield, whenever something has happened, that it has: what, the page asks when it can."""
        with self._seen.watched() as something:
            while not self._is_over:
                something.clear()
                yield f"data: {json.dumps(self._state())}\n\n"
                try:
                    async with asyncio.timeout(BEAT_S * self._speed):
                        await something.wait()
                except TimeoutError:
                    continue
                await asyncio.sleep(APART_S * self._speed)

    def _state(self) -> dict[str, Any]:
        return {
            "seen": self._seen.count,
            "faults": self._switch.state(),
            "letters": [{"to": it.to, "text": it.text} for it in self.letters],
        }
