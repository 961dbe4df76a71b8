"""HTTP over a real connection: slow senders, confused ones, and too many of them."""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
import uvicorn
from starlette.responses import JSONResponse
from starlette.types import Receive, Scope, Send

from services.common import http_protocol, middleware
from services.common.middleware import BodyLimit
from services.common.run import Server, listen

PATIENCE_S = 20.0
HEAD = b"GET /livez HTTP/1.1\r\nHost: it\r\n"
POST = b"POST / HTTP/1.1\r\nHost: it\r\n"

Play = Callable[[Callable[[int], Awaitable[Any]]], Any]


async def reads(scope: Scope, receive: Receive, send: Send) -> None:
    """Read the body, except on one path, and say how long it was."""
    size, more = 0, scope["path"] != "/unread"
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        size, more = size + len(message["body"]), message["more_body"]
    await JSONResponse({"size": size})(scope, receive, send)


@pytest.fixture
def play(caplog: pytest.LogCaptureFixture) -> Play:
    """Tell a story to a server on a port; nothing may have been logged as an error."""

    async def serve(story: Callable[[int], Awaitable[Any]]) -> Any:
        config = uvicorn.Config(
            BodyLimit(reads),
            http=http_protocol.HttpProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
        )
        server = Server(config)
        with listen("127.0.0.1", 0) as door:
            serving = asyncio.create_task(server.serve([door]))
            try:
                async with asyncio.timeout(PATIENCE_S):
                    return await story(door.getsockname()[1])
            finally:
                server.should_exit = True
                await serving

    def told(story: Callable[[int], Awaitable[Any]]) -> Any:
        result = asyncio.run(serve(story))
        assert [it for it in caplog.records if it.levelno >= logging.ERROR] == []
        return result

    return told


async def says(port: int, *parts: bytes) -> bytes:
    """Send parts, and return all that comes until the other side hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        for part in parts:
            writer.write(part)
            await writer.drain()
        return await reader.read()
    finally:
        writer.close()


def refusal(answer: bytes) -> tuple[int, str]:
    """Return status and message of an answer that is a refusal of the one shape."""
    head, _, body = answer.partition(b"\r\n\r\n")
    first, *lines = head.decode().lower().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines)
    assert headers["content-type"] == "application/json"
    assert headers["connection"] == "close"
    assert int(headers["content-length"]) == len(body)
    (one,) = json.loads(body)["errors"]
    return int(first.split()[1]), one["message"]


@pytest.mark.parametrize("head", [HEAD, HEAD[:1], POST + b"X-Drip: 1"])
def test_headers_that_never_end_are_given_up(play, monkeypatch, head):
    monkeypatch.setattr(http_protocol, "HEAD_S", 0.1)
    assert refusal(play(lambda port: says(port, head))) == (
        408,
        "The request took too long to arrive",
    )


def test_a_drip_of_headers_gets_no_more_time_than_silence(play, monkeypatch):
    monkeypatch.setattr(http_protocol, "HEAD_S", 0.3)

    async def story(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(HEAD)
        reading = asyncio.create_task(reader.read())
        while not reading.done():
            writer.write(b"X-Drip: 1\r\n")
            await asyncio.wait([reading], timeout=0.02)
        writer.close()
        return reading.result()

    assert refusal(play(story))[0] == 408


def test_whoever_never_says_anything_is_hung_up_on(play, monkeypatch):
    monkeypatch.setattr(http_protocol, "HEAD_S", 0.1)
    assert play(says) == b""


@pytest.mark.parametrize(
    "announced", [b"Content-Length: 100\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n4\r\n"]
)
def test_a_body_that_never_ends_is_given_up(play, monkeypatch, announced):
    monkeypatch.setattr(middleware, "BODY_S", 0.1)
    answer = play(lambda port: says(port, POST, announced, b"half"))
    assert refusal(answer) == (408, "The body took too long to arrive")


def test_a_body_that_nobody_reads_holds_no_connection_either(play, monkeypatch):
    monkeypatch.setattr(http_protocol, "WHOLE_S", 0.1)
    head = b"POST /unread HTTP/1.1\r\nHost: it\r\nContent-Length: 100\r\n\r\nhalf"
    answer = play(lambda port: says(port, head))
    assert answer.startswith(b"HTTP/1.1 200")
    assert answer.endswith(b'{"size":0}')


def test_a_connection_may_idle_between_two_requests(play, monkeypatch):
    monkeypatch.setattr(http_protocol, "HEAD_S", 0.05)
    monkeypatch.setattr(http_protocol, "WHOLE_S", 0.05)

    async def story(port: int) -> list[bytes]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        answers = []
        for pause_s in (0.2, 0.0):
            writer.write(POST + b"Content-Length: 4\r\n\r\nfour")
            answers.append(await reader.readuntil(b"}"))
            await asyncio.wait([asyncio.create_task(asyncio.Event().wait())], timeout=pause_s)
        writer.close()
        return answers

    assert [answer[:12] for answer in play(story)] == [b"HTTP/1.1 200"] * 2


@pytest.mark.parametrize(
    "nonsense",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",  # no host
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200) + b"\r\n\r\n",  # TLS
        HEAD + b"X-Bad\r\n\r\n",
        HEAD + b"X-Long: " + b"x" * 70_000,
        HEAD + b"Content-Length: x\r\n\r\n",
        HEAD + b"Content-Length: 4\r\nContent-Length: 5\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nnonsense\r\n",
        POST + b"Transfer-Encoding: gzip\r\n\r\n",
    ],
)
def test_what_is_no_http_is_refused_like_everything_else(play, nonsense):
    status, message = refusal(play(lambda port: says(port, nonsense)))
    assert (status, message) == (400, "This is not a valid HTTP request")


def test_too_many_connections_are_told_so_and_probes_get_through(play, monkeypatch):
    monkeypatch.setattr(http_protocol, "MOST_CONNECTIONS", 1)
    monkeypatch.setattr(http_protocol, "SPARE_CONNECTIONS", 1)

    async def story(port: int) -> list[bytes]:
        _, first = await asyncio.open_connection("127.0.0.1", port)
        first.write(HEAD)
        ask = b"GET /api/tickets HTTP/1.1\r\nHost: it\r\n\r\n"
        answers = [await says(port, ask), await says(port, HEAD + b"Connection: close\r\n\r\n")]
        _, second = await asyncio.open_connection("127.0.0.1", port)
        second.write(HEAD)
        try:
            answers.append(await says(port, ask))
        except ConnectionResetError:
            answers.append(b"")
        first.close()
        second.close()
        return answers

    crowded, probed, beyond = play(story)
    assert refusal(crowded) == (503, "There are too many connections; try again later")
    assert probed.startswith(b"HTTP/1.1 200")
    assert beyond == b""


def test_an_upgrade_that_we_do_not_offer_is_a_request_like_any_other(play, caplog):
    ask = HEAD + b"Connection: upgrade, close\r\nUpgrade: websocket\r\n\r\n"
    assert play(lambda port: says(port, ask)).startswith(b"HTTP/1.1 200")
    assert "upgrade" not in caplog.text.lower()


def test_a_process_keeps_idle_connections_longer_than_a_proxy_does():
    assert http_protocol.KEEP_ALIVE_S >= 75
