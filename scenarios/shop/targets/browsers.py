"""People's browsers on a real network: every request and its answer is taken down.

Each answer says in `traceresponse` by which trace what it led to can be found in the stream.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from boxoffice.net import Addresses, body_of, headers_of, json_of
from boxoffice.trace import Trace, TraceEvent
from scenarios.shop.outside.announcements import trace_id
from scenarios.shop.redaction import redacted

PATIENCE_S: Final = 30.0  # with one request, as a browser at the far end of a link has
NOTHING_HAPPENED: Final = (httpx.ConnectError, httpx.ConnectTimeout)


@dataclass(frozen=True, slots=True)
class Place:
    """Who may serve a request: a name for the trace, and a base URL."""

    name: str
    url: str


Places = Callable[[str], Sequence[Place]]


class Browsers:
    """All people's.  `places` gives who serves a path, in the order in which to try them.

    The next is tried only if nobody listens at the one before, so that nothing is sent twice.
    """

    def __init__(self, trace: Trace, places: Places) -> None:
        self.trace = trace
        self.places = places
        self.in_flight = 0
        self.wire = httpx.AsyncHTTPTransport(
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=200)
        )
        self._addresses = Addresses()

    def browser(self, person: str, url: str, places: Places | None = None) -> httpx.AsyncClient:
        """Return somebody's HTTP client; `places` are those of it alone."""
        transport = _Recording(person, self, places or self.places)
        return httpx.AsyncClient(transport=transport, base_url=url, timeout=PATIENCE_S)

    async def aclose(self) -> None:
        """Let go of all connections."""
        await self.wire.aclose()

    def placed(self, request: httpx.Request, person: str) -> None:
        """Say where somebody is: they all share one machine, and the shop trusts it."""
        request.headers["X-Forwarded-For"] = self._addresses.of(person)


class _Recording(httpx.AsyncBaseTransport):
    def __init__(self, person: str, browsers: Browsers, places: Places) -> None:
        self._person = person
        self._browsers = browsers
        self._places = places

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        await request.aread()
        self._browsers.placed(request, self._person)
        path = request.url.raw_path.decode()
        places = self._places(path)
        asked = self._record(
            "request",
            None,
            method=request.method,
            path=path,
            to=places[0].name,
            body=redacted(body_of(request.content)),
            **headers_of(request.headers),
        )
        self._browsers.in_flight += 1
        try:
            answer = await self._send(request, places)
            await answer.aread()
        except httpx.TransportError as error:
            kind = "refused" if isinstance(error, NOTHING_HAPPENED) else "unknown"
            self._answered(asked, outcome=kind, why=type(error).__name__)
            raise
        finally:
            self._browsers.in_flight -= 1
        self._answered(
            asked,
            outcome="answered",
            status=answer.status_code,
            body=json_of(answer),
            trace=trace_id(answer.headers.get("traceresponse", "")),
            **headers_of(answer.headers),
        )
        return answer

    async def _send(self, request: httpx.Request, places: Sequence[Place]) -> httpx.Response:
        *others, last = places
        for place in others:
            try:
                return await self._send_to(place, request)
            except NOTHING_HAPPENED:
                continue
        return await self._send_to(last, request)

    async def _send_to(self, place: Place, request: httpx.Request) -> httpx.Response:
        there = httpx.URL(place.url)
        request.url = request.url.copy_with(scheme=there.scheme, host=there.host, port=there.port)
        return await self._browsers.wire.handle_async_request(request)

    def _record(self, kind: str, cause: int | None, **fields: Any) -> TraceEvent:
        return self._browsers.trace.record(self._person, kind, cause, **fields)

    def _answered(self, asked: TraceEvent, **fields: Any) -> None:
        self._record("response", asked.number, request=asked.number, **fields)
