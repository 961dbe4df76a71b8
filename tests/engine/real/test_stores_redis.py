"""What fakeredis' TCP server is held to here, beyond the commands that conformance tests send."""

import asyncio
import threading
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

from pytest import mark, raises
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from boxoffice.real.stores.redis import serve_redis

HOST = "127.0.0.1"
ANSWER_S = 20.0


def told(story):
    """Play `story(url)` with an empty server."""

    async def play():
        async with serve_redis(HOST, 0) as url:
            return await story(url)

    return asyncio.run(play())


@asynccontextmanager
async def raw(url):
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    try:
        yield reader, writer
    finally:
        writer.transport.abort()


@mark.parametrize("protocol", [2, 3])
def test_a_command_that_is_refused_does_not_end_the_connection(protocol):
    async def story(url):
        async with Redis.from_url(url, protocol=protocol, single_connection_client=True) as client:
            before = await client.client_id()
            await client.set("timers", "text")
            with raises(ResponseError, match="WRONGTYPE"):
                await client.zscore("timers", "o")
            with raises(ResponseError, match="unknown command"):
                await client.execute_command("UNHEARD-OF")
            return await client.client_id() == before, await client.get("timers")

    assert told(story) == (True, b"text")


@mark.parametrize("protocol", [2, 3])
def test_scores_and_what_is_missing_come_back_in_either_protocol(protocol):
    async def story(url):
        async with Redis.from_url(url, protocol=protocol) as client:
            await client.zadd("timers", {"o": 1893456000.125})
            return await client.zscore("timers", "o"), await client.zscore("timers", "p")

    assert told(story) == (1893456000.125, None)


@mark.parametrize(
    "garbage", [b"*1\r\n$-7\r\n", b"\x16\x03\x01\x02\x00", b"*x\r\n", b"$5\r\nab\r\n"]
)
def test_bytes_that_are_no_command_harm_no_other_connection(garbage):
    async def story(url):
        async with raw(url) as (_, writer), Redis.from_url(url) as client:
            await client.set("k", "1")
            writer.write(garbage)
            await writer.drain()
            writer.write_eof()
            return await client.get("k")

    assert told(story) == b"1"


def test_a_client_that_is_gone_in_the_middle_of_a_command_has_done_nothing(capfd):
    async def story(url):
        async with Redis.from_url(url) as client:
            async with raw(url) as (reader, writer):
                writer.write(b"*1\r\n$4\r\nPING\r\n")
                async with asyncio.timeout(ANSWER_S):
                    assert await reader.readline() == b"+PONG\r\n"
                writer.write(b"*3\r\n$3\r\nSET\r\n$1\r\nk\r\n$5\r\nab")
                await writer.drain()
            return await client.get("k")

    assert told(story) is None
    assert capfd.readouterr().err == ""


def test_nothing_is_left_running():
    before = set(threading.enumerate())

    async def story(url):
        async with Redis.from_url(url) as client:
            return await client.ping()

    assert told(story)
    assert set(threading.enumerate()) <= before
