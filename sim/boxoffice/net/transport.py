"""HTTP from people to services, over a link."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from starlette.types import ASGIApp, Receive, Scope, Send

from boxoffice.clock.addresses import without_addresses
from boxoffice.clock.strays import Stray, refusing_strays
from boxoffice.net.asgi import Transport
from boxoffice.net.gateway import Gateway
from boxoffice.net.headers import headers_of
from boxoffice.net.host import Host
from boxoffice.net.network import Link, LinkError, Lost, Refused
from boxoffice.trace.trace import TraceEvent, caused_by
from boxoffice.trace.unhandled import raised_at


class PersonalTransport(httpx.AsyncBaseTransport):
    """One person's HTTP transport.  `link_to` gives the link to a host.

    With a `service` it leads to that one, whatever the path.
    """

    def __init__(
        self,
        person: str,
        gateway: Gateway,
        link_to: Callable[[Host], Link],
        service: str | None = None,
    ) -> None:
        self._person = person
        self._gateway = gateway
        self._link_to = link_to
        self._service = service

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request.  Raises: httpx.ConnectError (nothing happened), httpx.ReadTimeout."""
        await request.aread()
        # As proxies may, it adds a line of its own below what the person says of where they are,
        # and continues no line: to HTTP they are one.  Source: RFC 9110, section 5.3
        where = self._gateway.addresses.of(self._person).encode()
        request.headers = httpx.Headers([*request.headers.raw, (b"X-Forwarded-For", where)])
        host = self.host_for(request)
        asked = self._record_request(request, host)

        def serve() -> httpx.Response | Awaitable[httpx.Response]:
            return _serve(host, request, asked, self._gateway)

        def refuse(says: str, done: bool) -> httpx.Response | Awaitable[httpx.Response]:
            work = _serve(host, request, asked, self._gateway) if done else None
            return _refused(says, work)

        self._gateway.in_flight += 1
        try:
            async with asyncio.timeout(_patience_s(request)):
                answer = await self._link_to(host).call(
                    request.method, request.url.path, serve, refuse
                )
        except TimeoutError:
            self._record(asked, outcome="unknown", why="TimeoutError")
            said = f"{request.method} {request.url.path}: no answer within {_patience_s(request)} s"
            raise httpx.ReadTimeout(said) from None
        except LinkError as error:
            kind = "unknown" if isinstance(error, Lost) else "refused"
            self._record(asked, outcome=kind, why=type(error).__name__)
            wrong = httpx.ReadTimeout if isinstance(error, Lost) else httpx.ConnectError
            raise wrong(f"{request.method} {request.url.path}: {error}") from None
        finally:
            self._gateway.in_flight -= 1
        told = {"body": json_of(answer), **headers_of(answer.headers)}
        self._record(asked, outcome="answered", status=answer.status_code, **told)
        return answer

    def host_for(self, request: httpx.Request) -> Host:
        """Return the host that answers a request."""
        if self._service is not None:
            return self._gateway.turn_of(self._service)
        return self._gateway.host_for(request.url.path)

    def _record_request(self, request: httpx.Request, host: Host) -> TraceEvent:
        return self._gateway.trace.record(
            self._person,
            "request",
            method=request.method,
            path=request.url.raw_path.decode(),
            to=host.name,
            body=self._gateway.redacted(body_of(request.content)),
            **headers_of(request.headers),
        )

    def _record(self, asked: TraceEvent, **fields: Any) -> None:
        self._gateway.trace.record(
            self._person, "response", asked.number, request=asked.number, **fields
        )


def client_of(
    person: str,
    gateway: Gateway,
    link: Callable[[Host], Link],
    address: str,
    service: str | None = None,
) -> httpx.AsyncClient:
    """Return somebody's client; `link` makes the link to a host, once for each."""
    transport = PersonalTransport(person, gateway, one_for_each(link), service)
    return httpx.AsyncClient(transport=transport, base_url=address, timeout=None)


def one_for_each(link: Callable[[Host], Link]) -> Callable[[Host], Link]:
    """Return what makes a link to a host when it is first asked for, and keeps it."""
    links: dict[str, Link] = {}

    def link_to(target: Host) -> Link:
        if target.name not in links:
            links[target.name] = link(target)
        return links[target.name]

    return link_to


async def _refused(says: str, work: Awaitable[httpx.Response] | None) -> httpx.Response:
    if work is not None:
        await work
    return httpx.Response(int(says), json={"detail": "refused"})


def _patience_s(request: httpx.Request) -> float | None:
    # An answer comes whole, so that waiting for a part of it is waiting for all.
    limit_s: float | None = request.extensions.get("timeout", {}).get("read")
    return limit_s


async def _serve(
    host: Host, request: httpx.Request, asked: TraceEvent, gateway: Gateway
) -> httpx.Response:
    caused_by(asked)
    app = getattr(host, "app", None)
    if app is None:
        raise Refused(host.name)
    door = getattr(host, "door", None) or app
    told = _told(door, host, gateway)
    transport = Transport(told, raise_app_exceptions=False, client=gateway.peer)
    answer: httpx.Response = await transport.handle_async_request(request)
    await answer.aread()
    return answer


def _told(app: ASGIApp, host: Host, gateway: Gateway) -> ASGIApp:
    # A 500 says nothing of what was raised; whoever has to mend it needs file and line.
    async def telling(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            with refusing_strays(host.name):
                await app(scope, receive, send)
        except Exception as error:
            if isinstance(error, Stray):
                asyncio.get_running_loop().call_exception_handler({"message": error, "bare": True})
            gateway.unhandled.add(host.name, error)
            said = without_addresses(repr(error))
            gateway.trace.record(host.name, "raised", error=said, where=raised_at(error))
            raise

    return telling


def json_of(answer: httpx.Response) -> Any:
    """Return the JSON of an answer; None, if it is none."""
    if "application/json" not in answer.headers.get("content-type", ""):
        return None
    try:
        return answer.json()
    except ValueError:
        return None


def body_of(content: bytes) -> Any:
    """Return a body as a trace shows it: its JSON, or how long it is."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return f"{len(content)} bytes" if content else None
