"""What `boxoffice check` prints, writes and ends with."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from pytest import fixture, mark, raises

from scenarios import cli
from scenarios.check.examination import examined
from scenarios.check.findings import Result
from scenarios.shop.local import local_shop
from scenarios.unknown import Unknown
from services.orders.use_cases import OrdersForPeople
from tests.integration import checked
from tests.integration.checked import PATIENCE_S, SHORT_S, STEPS, results

pytestmark = mark.real

needs = checked.needs


@fixture
def boxoffice(monkeypatch, capsys):
    """Return how to run the command; what comes back is its status, stdout and stderr."""

    def run(*words):
        monkeypatch.setattr(sys, "argv", ["boxoffice", "check", *map(str, words)])
        with raises(SystemExit) as ended:
            cli.main()
        return ended.value.code, *capsys.readouterr()

    return run


@asynccontextmanager
async def stranger(answer: bytes) -> AsyncIterator[str]:
    """Serve the same bytes to everybody."""

    async def serve(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"


@mark.parametrize("body", [b"<html>\x1b[31m", b"[]", b'{"currentUser": 3}', b""])
def test_who_is_no_shop_fails_at_the_door(body):
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n"

    async def play():
        async with stranger(head % len(body) + body) as url:
            return {it.name: it async for it in examined(url, patience_s=SHORT_S)}

    findings = asyncio.run(play())
    assert results(findings, Result.FAILS) == ["door"]
    assert findings["sign up"].said == "nobody opened the door"
    assert results(findings, Result.WORKS) == ["tidy"]


def test_a_shop_that_works_is_a_line_for_each_step_and_status_0(boxoffice, monkeypatch, tmp_path):
    async def opened(url, *_):
        async with local_shop(0, 1.0, None, verbose=False) as shop:
            async for finding in examined(shop.url, patience_s=PATIENCE_S):
                yield finding

    monkeypatch.setattr("scenarios.check.examination.examined", opened)
    file = tmp_path / "found.json"
    status, out, err = boxoffice("http://shop", "--json", file)
    assert (status, err) == (0, "")
    assert [line[2:15].strip() for line in out.splitlines()] == STEPS
    assert {line[0] for line in out.splitlines()} == {"✓", "–"}
    written = json.loads(file.read_text(encoding="utf-8"))
    assert (written["url"], written["works"]) == ("http://shop", True)
    assert [it["name"] for it in written["checks"]] == STEPS
    assert {it["result"] for it in written["checks"]} == {"works", "not checked"}


def test_a_shop_that_does_not_work_is_status_1(boxoffice, monkeypatch):
    async def broken(*_):
        raise RuntimeError

    monkeypatch.setattr(OrdersForPeople, "place", broken)

    async def opened(url, *_):
        async with local_shop(0, 1.0, None, verbose=False) as shop:
            async for finding in examined(shop.url, patience_s=PATIENCE_S):
                yield finding

    monkeypatch.setattr("scenarios.check.examination.examined", opened)
    status, out, _ = boxoffice("http://shop")
    assert status == 1
    assert "✗ reserve" in out


@mark.parametrize(
    "words",
    [
        ("http://127.0.0.1:9",),
        ("https://nowhere.invalid",),
        ("gopher://shop",),
        ("shop",),
        ("http://127.0.0.1:9", "--window", "0"),
        ("http://127.0.0.1:9", "--nats", "gopher://ana:secret@shop"),
        (),
    ],
)
def test_what_cannot_be_reached_or_meant_is_one_line_and_status_2(boxoffice, words):
    status, out, err = boxoffice(*words)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "secret" not in err


def test_nobody_at_the_url_is_said_before_anything_is_bought():
    async def play():
        return [it async for it in examined("http://127.0.0.1:9")]

    with raises(Unknown, match="cannot be reached"):
        asyncio.run(play())
