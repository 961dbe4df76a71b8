"""`boxoffice tamper` between a real NATS server and a consumer that knows nothing of it."""

import asyncio
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nats
from pytest import CaptureFixture, MonkeyPatch, fixture, mark

from boxoffice.__main__ import main
from boxoffice.real.process import Process, running
from boxoffice.real.servers import nats_server
from tests.engine.commands import runner

COMMAND = [sys.executable, "-m", "boxoffice", "tamper"]
PATIENCE_S = 20.0
TWICE = ("--fault", "duplicates()")
NOBODY = ("--nats", "nats://127.0.0.1:9")


@fixture
def broker(tmp_path: Path) -> Iterator[Process]:
    with running(nats_server(tmp_path)) as process:
        yield process


@fixture
def boxoffice(
    monkeypatch: MonkeyPatch, capsys: CaptureFixture[str]
) -> Callable[..., tuple[Any, str, str]]:
    return runner(main, monkeypatch, capsys)


@contextmanager
def tampering(broker: Process, *words: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Run the command; give it, and the address that it prints."""
    command = [*COMMAND, "--nats", f"nats://{broker.address}", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, process.stdout.readline().split()[0]
        finally:
            process.kill()


async def heard(broker: Process, url: str, count: int) -> list[int]:
    """Publish two messages, and return the sequences that a consumer behind the link gets."""
    direct, behind = await nats.connect(f"nats://{broker.address}"), await nats.connect(url)
    await direct.jetstream().add_stream(name="MAIL", subjects=["mail.*"])
    consumer = await behind.jetstream().pull_subscribe("mail.sent", "reader", "MAIL")
    found = list[int]()
    for _ in range(2):
        await direct.jetstream().publish("mail.sent", b"")
    async with asyncio.timeout(PATIENCE_S):
        while len(found) < count:
            for message in await consumer.fetch(1, timeout=PATIENCE_S):
                found.append(message.metadata.sequence.stream)
                await message.ack()
    await direct.close()
    await behind.close()
    return found


def test_a_message_comes_twice_and_what_was_done_is_told_in_the_end(broker: Process) -> None:
    fault = "duplicates(of=mail.sent, at=reader, nth=1)"
    with tampering(broker, "--fault", fault, "--stream", "MAIL") as (process, url):
        assert sorted(asyncio.run(heard(broker, url, 3))) == [1, 1, 2]
        process.send_signal(signal.SIGINT)
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 0
    moment, counts, struck = said.splitlines()
    assert "s  mail.sent → reader: again " in moment
    assert counts == "reader: 3 delivered, 1 of them copies, 1 late"
    assert struck.startswith("duplicates(")
    assert struck.endswith(": 1")


@mark.parametrize("words", [("--fault", "delays(3, of=other.*)"), (*TWICE, "--stream", "OTHER")])
def test_where_nothing_was_tampered_with_it_says_so(broker: Process, words: Sequence[str]) -> None:
    with tampering(broker, *words) as (process, url):
        assert asyncio.run(heard(broker, url, 2)) == [1, 2]
        process.send_signal(signal.SIGTERM)
        said, _ = process.communicate(timeout=PATIENCE_S)
    assert process.returncode == 3
    *before, last = said.splitlines()
    assert last.endswith(": 0")
    where = "OTHER: nothing came from a stream of that name; what came was from MAIL"
    assert (where in before) == ("--stream" in words)


def test_a_port_that_is_taken_is_told_in_a_line(broker: Process, boxoffice: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        there = ("--nats", f"nats://{broker.address}")
        status, out, err = boxoffice("tamper", *there, *TWICE, "--port", port)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"boxoffice: port {port} cannot be had: ")


@mark.parametrize(
    ("given", "said"),
    [
        ((*NOBODY, *TWICE), "NATS at 127.0.0.1:9 cannot be reached"),
        (("--nats", "nats://127.0.0.1:x", *TWICE), "its port is no number"),
        (("--nats", "tls://127.0.0.1", *TWICE), "not a URL with nats"),
        ((*NOBODY, "--fault", "pauses('a', 3)"), "no fault of messages"),
        ((*NOBODY, "--fault", "duplicate()"), "did you mean"),
    ],
)
def test_what_is_mistyped_is_told_in_a_line(
    boxoffice: Any, given: Sequence[str], said: str
) -> None:
    status, out, err = boxoffice("tamper", *given)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert said in err
