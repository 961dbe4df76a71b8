"""What happens to every request before a route sees it.  Plain ASGI, so that it costs little."""

import asyncio
from typing import Final

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.common import tracing
from services.common.spans import Kind, of_request
from services.common.telemetry import NO_ROUTE, Telemetry

LARGEST_BODY: Final = 64 * 1024  # bytes; the largest honest body is a few hundred


class BodyLimit:
    """Refuses bodies over `LARGEST_BODY` and mutes what the app would have answered to them."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        counted, refused = 0, False

        async def limited() -> Message:
            nonlocal counted, refused
            message = await receive()
            counted += len(message.get("body", b""))
            if counted > LARGEST_BODY:
                refused = True
                return {"type": "http.disconnect"}
            return message

        async def unless_refused(message: Message) -> None:
            if not refused:
                await send(message)

        if not _too_large(scope):
            await self._app(scope, limited, unless_refused)
        if refused or _too_large(scope):
            body = {"errors": [{"message": f"The body is larger than {LARGEST_BODY} bytes"}]}
            await JSONResponse(body, 413)(scope, receive, send)


def _too_large(scope: Scope) -> bool:
    text = Headers(scope=scope).get("content-length", "0")
    # Python itself refuses to read a number of thousands of digits.
    return text.isdecimal() and (len(text) > 18 or int(text) > LARGEST_BODY)


class Observed:
    """Follows the trace that a request carries, makes it a span, and counts its answer."""

    def __init__(self, app: ASGIApp, telemetry: Telemetry) -> None:
        self._app = app
        self._telemetry = telemetry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        tracing.follow(Headers(scope=scope).get("traceparent"), scope["app"].state.ids)
        if not scope["path"].startswith("/api/"):  # an operator's tools, every few seconds
            return await self._answer(scope, receive, send)
        with self._telemetry.spans.work(Kind.SERVER, lambda: of_request(scope)):
            await self._answer(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        clock = asyncio.get_running_loop()
        began_s = clock.time()

        def answered(status: int) -> None:
            after_s = clock.time() - began_s
            method, path = scope["method"], scope["path"]
            self._telemetry.answered(method, path, status, after_s, route_of(scope))

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                answered(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, counted)
        except Exception:  # answered further out, where no middleware of ours is
            answered(500)
            raise


def route_of(scope: Scope) -> str:
    """Return the template of the path that was asked for, such as `/api/tickets/{id}`."""
    return getattr(scope.get("route"), "path", NO_ROUTE)
