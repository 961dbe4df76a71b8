"""Browsers against a real HTTP server on loopback."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
from pytest import fixture, raises

from boxoffice.real.process import free_port
from boxoffice.trace.trace import Trace
from scenarios.shop.targets.browsers import Browsers, Place


class Shop(BaseHTTPRequestHandler):
    seen: list[dict[str, str]]

    def do_GET(self) -> None:
        self.seen.append(dict(self.headers))
        if self.path == "/dies":
            self.connection.close()
            return
        body = b'{"id": "x"}'
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.send_header("traceresponse", f"00-{'a' * 32}-{'b' * 16}-01")
        self.send_header("set-cookie", "jwt=secret; Path=/; HttpOnly")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the test looks at what was seen."""


@contextmanager
def served() -> Iterator[tuple[str, list[dict[str, str]]]]:
    seen: list[dict[str, str]] = []
    handler = type("Handler", (Shop,), {"seen": seen})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", seen
        finally:
            server.shutdown()
            thread.join()


@fixture
def shop():
    with served() as it:
        yield it


def asked(places, *paths):
    """Ask as Ana; return the trace and the answers."""
    trace = Trace(lambda: 0.0)

    async def story():
        browsers = Browsers(trace, lambda path: places)
        async with browsers.browser("Ana", "http://127.0.0.1") as ana:
            answers = [await ana.get(path) for path in paths]
        await browsers.aclose()
        return answers

    try:
        return trace, asyncio.run(story())
    except httpx.TransportError as error:
        return trace, error


def test_a_request_and_its_answer_are_taken_down(shop):
    url, _ = shop
    trace, _ = asked([Place("orders", url)], "/api/orders?limit=3")
    request, response = trace.events
    assert (request.host, request.kind, request["method"]) == ("Ana", "request", "GET")
    assert (request["path"], request["to"]) == ("/api/orders?limit=3", "orders")
    assert (response["request"], response["outcome"], response["status"]) == (0, "answered", 200)
    assert response["body"] == {"id": "x"}


def test_the_trace_that_an_answer_names_is_taken_down(shop):
    url, seen = shop
    trace, _ = asked([Place("orders", url)], "/a")
    assert [it["trace"] for it in trace.of_kind("response")] == ["a" * 32]
    assert "traceparent" not in seen[0]


def test_a_cookie_is_kept_whichever_instance_has_set_it(shop):
    url, seen = shop
    with served() as (other, seen_there):
        urls = iter([url, other])
        trace = Trace(lambda: 0.0)

        async def story():
            browsers = Browsers(trace, lambda path: [Place("orders", next(urls))])
            async with browsers.browser("Ana", "http://127.0.0.1") as ana:
                await ana.get("/a")
                await ana.get("/b")
            await browsers.aclose()

        asyncio.run(story())
    assert "Cookie" not in seen[0]
    assert seen_there[0]["Cookie"] == "jwt=secret"


def test_where_nobody_listens_the_next_instance_is_asked(shop):
    url, seen = shop
    nobody = Place("orders", f"http://127.0.0.1:{free_port()}")
    _, answers = asked([nobody, Place("orders-2", url)], "/a")
    assert [it.status_code for it in answers] == [200]
    assert len(seen) == 1


def test_where_nobody_listens_at_all_nothing_has_happened():
    trace, error = asked([Place("orders", f"http://127.0.0.1:{free_port()}")], "/a")
    assert isinstance(error, httpx.ConnectError)
    assert [it["outcome"] for it in trace.of_kind("response")] == ["refused"]


def test_a_connection_that_breaks_leaves_the_outcome_unknown_and_nobody_else_is_asked(shop):
    url, seen = shop
    trace, error = asked([Place("orders", url), Place("orders-2", url)], "/dies")
    assert isinstance(error, httpx.TransportError)
    assert [it["outcome"] for it in trace.of_kind("response")] == ["unknown"]
    assert len(seen) == 1


def test_nothing_is_in_flight_in_the_end():
    browsers = Browsers(Trace(lambda: 0.0), lambda path: [Place("a", "http://127.0.0.1:9")])

    async def story():
        async with browsers.browser("Ana", "http://127.0.0.1") as ana:
            with raises(httpx.ConnectError):
                await ana.get("/a")
        await browsers.aclose()

    asyncio.run(story())
    assert browsers.in_flight == 0
