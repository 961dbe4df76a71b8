"""What happens to every request before a route sees it.  Plain ASGI, so that it costs little."""

import asyncio
from collections.abc import Mapping
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.common import tracing
from services.common.spans import Kind, of_request
from services.common.telemetry import NO_ROUTE, Telemetry

SAFE: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
LARGEST_BODY: Final = 64 * 1024  # bytes; the largest honest body is a few hundred
BODY_S: Final = 20.0  # for all of it: the largest at the pace of a telephone line


def _refusal(status: int, message: str, headers: Mapping[str, str]) -> ASGIApp:
    return JSONResponse({"errors": [{"message": message}]}, status, {**SAFE, **headers})


TOO_LARGE: Final = _refusal(413, f"The body is larger than {LARGEST_BODY} bytes", {})
# Whoever is still sending has to be stopped, and the connection is of no more use.
TOO_SLOW: Final = _refusal(408, "The body took too long to arrive", {"Connection": "close"})


class Safe:
    """Has no answer kept or guessed at, unless its route says that it may be.

    What is personal is then never in a cache by an oversight.  Source: RFC 9111, section 5.2.2.5.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SAFE.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, safely)


class Heads:
    """Answers HEAD as it would answer GET, without the body.  Source: RFC 9110, section 9.3.2."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            return await self._app(scope, receive, send)

        async def bodiless(message: Message) -> None:
            await send({**message, "body": b""} if "body" in message else message)

        scope["method"] = "GET"
        try:
            await self._app(scope, receive, bodiless)
        finally:
            scope["method"] = "HEAD"  # whoever counts and records it has been asked for that


class BodyLimit:
    """Refuses bodies over `LARGEST_BODY`, and those that take longer than `BODY_S` to arrive.

    What the app would have answered to them is muted.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        if _too_large(scope):
            return await TOO_LARGE(scope, receive, send)
        body = _Body(receive)

        async def unless_refused(message: Message) -> None:
            if body.refusal is None:
                await send(message)

        await self._app(scope, body.receive, unless_refused)
        if body.refusal is not None:
            await body.refusal(scope, receive, send)


class _Body:
    """A body while it arrives; `refusal` is what to answer instead of what it asks for."""

    def __init__(self, receive: Receive) -> None:
        self.refusal: ASGIApp | None = None
        self._receive = receive
        self._counted = 0
        self._more = True
        self._ends_s = asyncio.get_running_loop().time() + BODY_S

    async def receive(self) -> Message:
        if not self._more:
            return await self._receive()
        try:
            async with asyncio.timeout_at(self._ends_s):
                message = await self._receive()
        except TimeoutError:
            return self._refuse(TOO_SLOW)
        self._counted += len(message.get("body", b""))
        if self._counted > LARGEST_BODY:
            return self._refuse(TOO_LARGE)
        self._more = message.get("more_body", False)
        return message

    def _refuse(self, refusal: ASGIApp) -> Message:
        self.refusal = refusal
        return {"type": "http.disconnect"}


def _too_large(scope: Scope) -> bool:
    text = Headers(scope=scope).get("content-length", "0")
    # Python itself refuses to read a number of thousands of digits.
    return text.isdecimal() and (len(text) > 18 or int(text) > LARGEST_BODY)


class Observed:
    """Begins a trace for each request, makes it a span, and counts its answer.

    `traceresponse` tells whoever asks where to find it, which is all that they can have of it.
    Source: https://www.w3.org/TR/2021/WD-trace-context-2-20211014/#traceresponse-header
    """

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        tracing.begin(Headers(scope=scope).get("traceparent"), scope["app"].state.ids)
        if not scope["path"].startswith("/api/"):  # an operator's tools, every few seconds
            return await self._answer(scope, receive, send)
        with self._telemetry.spans.work(Kind.SERVER, lambda: of_request(scope)):
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        clock, method = asyncio.get_running_loop(), scope["method"]
        began_s = clock.time()

        def answered(status: int) -> None:
            after_s = clock.time() - began_s
            path = scope["path"]
            self._telemetry.answered(method, path, status, after_s, route_of(scope))

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered(message["status"])
                MutableHeaders(scope=message)["traceresponse"] = tracing.current()
            await send(message)

        try:
            await self._app(scope, receive, counted)
        except Exception:  # answered further out, where no middleware of ours is
            answered(500)
            raise


def route_of(scope: Scope) -> str:
    """Return the template of the path that was asked for, such as `/api/tickets/{id}`."""
    return getattr(scope.get("route"), "path", NO_ROUTE)
