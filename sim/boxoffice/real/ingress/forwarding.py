"""Requests go by their path to an instance that is ready, and to another if nobody listens there.

That is what ingress-nginx does with its defaults, save for one thing: it also repeats a GET that
failed on the way.  Here nothing that an instance may have seen is sent twice.
"""

import json
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Final

import httpx
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from boxoffice.real.ingress.upstreams import Upstream, Upstreams

STATUS: Final = "/ingress"  # the path that tells who is sent requests; no service has it
UNSENT: Final = (httpx.ConnectError, httpx.ConnectTimeout)
# Defaults of ingress-nginx: upstream-keepalive-timeout, proxy-connect-timeout, proxy-read-timeout.
KEEP_ALIVE_S: Final = 60.0
PATIENCE: Final = httpx.Timeout(60.0, connect=5.0).as_dict()
# Of one connection, not of the message.  Source: RFC 9110, section 7.6.1
_OF_A_HOP: Final = frozenset({"connection", "keep-alive", "te", "transfer-encoding", "upgrade"})

# Whoever is answered is told what it means for them; where and why is in the log of the gateway.
_SAYS: Final = {
    404: "Not found",
    502: "The answer got lost; it may have been done",
    503: "Nobody is ready to answer; try again later",
    504: "No answer came in time; it may have been done",
}

Route = Callable[[str], str | None]


class Forwarding:
    """An ASGI app.  `route` gives the service that serves a path, or None."""

    def __init__(
        self, upstreams: Upstreams, transport: httpx.AsyncBaseTransport, route: Route
    ) -> None:
        self._upstreams = upstreams
        self._transport = transport  # a client of httpx would keep everybody's cookies
        self._route = route

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        request = Request(scope, receive)
        answer = await self._answer(request, await request.body())
        await answer(scope, receive, send)

    async def _answer(self, request: Request, body: bytes) -> Response:
        if request.url.path == STATUS:
            return JSONResponse(self._upstreams.names())
        service = self._route(request.url.path)
        if service is None:
            return _own(404, request.url.path, "no route leads there")
        return await self._first(request, body, self._upstreams.in_turn(service), service)

    async def _first(
        self, request: Request, body: bytes, places: Sequence[Upstream], service: str
    ) -> Response:
        for place in places:
            try:
                return await self._from(place, request, body)
            except UNSENT:
                continue
            except httpx.TransportError as error:
                return _failed(place.name, error)
        return _nobody(service)

    async def _from(self, place: Upstream, request: Request, body: bytes) -> Response:
        url = place.url.join(request.url.path).copy_with(query=request.url.query.encode() or None)
        headers = [it for it in request.headers.items() if it[0] not in _OF_A_HOP]
        if request.client is not None:
            headers.append(("x-forwarded-for", request.client.host))
        asked = httpx.Request(
            request.method, url, headers=headers, content=body, extensions={"timeout": PATIENCE}
        )
        answer = await self._transport.handle_async_request(asked)
        response = Response(await answer.aread(), answer.status_code)
        response.raw_headers = [
            (name.lower(), value)
            for name, value in answer.headers.raw
            if name.lower().decode() not in _OF_A_HOP
        ]
        return response


@asynccontextmanager
async def wire() -> AsyncIterator[httpx.AsyncBaseTransport]:
    """Open the connections to the instances."""
    limits = httpx.Limits(max_connections=None, keepalive_expiry=KEEP_ALIVE_S)
    async with httpx.AsyncHTTPTransport(limits=limits) as transport:
        yield transport


def _failed(where: str, error: Exception) -> Response:
    late = isinstance(error, httpx.TimeoutException)
    return _own(504 if late else 502, where, f"{type(error).__name__}: {error}")


def _nobody(service: str) -> Response:
    return _own(503, service, "nobody is ready")


def _own(status: int, where: str, why: str) -> Response:
    print(json.dumps({"status": status, "where": where, "why": why}), file=sys.stderr, flush=True)
    return JSONResponse({"errors": [{"message": _SAYS[status]}]}, status)
