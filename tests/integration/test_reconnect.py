"""What a broker complains about ends no connection for good: it is mended, and all goes on."""

import asyncio
import itertools
import os
import signal
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import nats.errors
import structlog
from nats.aio.client import Client
from nats.aio.msg import Msg
from pydantic import SecretStr
from pytest import LogCaptureFixture, MonkeyPatch, fixture, mark

from boxoffice.real.process import Process, running
from services.common import connect, steady_nats
from services.common.connect import connections
from services.common.settings import Settings
from tests.integration.operated import eventually, operated
from tests.real.servers import nats_process, redis_process

pytestmark = mark.real

PATIENCE_S = 30.0
LOOK_S = 0.02
PASSWORD = 'authorization { users: [{ user: ana, password: "%s" }] }\n'
RIGHT = PASSWORD % "right"
LARGE = b"x" * 5_000
COMPLAINTS = {
    "authorization violation": PASSWORD % "changed",
    "maximum connections exceeded": f"{RIGHT}max_connections: 1\n",
    "maximum payload violation": f"{RIGHT}max_payload: 1000\n",
}


class Broker:
    """A broker that can be told other rules while it runs."""

    def __init__(self, folder: Path) -> None:
        self._rules = folder / "nats.conf"
        self._rules.write_text(RIGHT)
        found = nats_process(folder)
        self.process = replace(
            found, command=lambda port: [*found.command(port), "-c", self._rules]
        )

    @property
    def url(self) -> str:
        return f"nats://ana:right@{self.process.address}"

    def follows(self, rules: str) -> None:
        before = self.process.log().count("Reloaded server configuration")
        self._rules.write_text(rules)
        self.is_sent(signal.SIGHUP)
        eventually(
            lambda: self.process.log().count("Reloaded server configuration") > before, PATIENCE_S
        )

    def is_sent(self, number: signal.Signals) -> None:
        assert self.process.pid is not None
        os.kill(self.process.pid, number)


@fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    broker = Broker(tmp_path)
    with running(broker.process):
        yield broker


@fixture
def timers(tmp_path: Path) -> Iterator[Process]:
    with running(redis_process(tmp_path)) as process:
        yield process


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[Client]:
    """Connect as a service does."""
    nobody = SecretStr("redis://127.0.0.1:9")  # it is never asked
    settings = Settings(nats_url=SecretStr(url), redis_url=nobody)
    made = connections("expiration", settings, structlog.wrap_logger(structlog.ReturnLogger()))
    try:
        async with asyncio.timeout(PATIENCE_S):
            for step in made.open:
                await step()
        yield made.drivers.nats
    finally:
        for close in made.close:
            await close()


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(PATIENCE_S):
        for pause_s in itertools.repeat(LOOK_S):
            if holds():
                return
            await asyncio.sleep(pause_s)


async def until_it_works(client: Client) -> None:
    """Wait until a client is answered."""
    async with asyncio.timeout(PATIENCE_S):
        for pause_s in itertools.repeat(LOOK_S):
            with suppress(nats.errors.Error):
                await client.jetstream().account_info()
                return
            await asyncio.sleep(pause_s)


@mark.parametrize("complaint", COMPLAINTS)
def test_what_the_broker_complained_about_is_mended_and_all_goes_on(
    complaint: str, broker: Broker, caplog: LogCaptureFixture
) -> None:
    async def story() -> None:
        async with connected(broker.url) as one, connected(broker.url) as other:
            heard: list[bytes] = []

            async def hear(message: Msg) -> None:
                heard.append(message.data)

            await one.subscribe("news", cb=hear)
            await until_it_works(one)
            await asyncio.to_thread(broker.follows, COMPLAINTS[complaint])
            for client in (one, other):
                with suppress(nats.errors.Error):
                    await client.publish("large", LARGE)
            await until(lambda: complaint in caplog.text.lower())
            await asyncio.to_thread(broker.follows, RIGHT)
            await until_it_works(one)
            await until_it_works(other)
            await other.publish("news", b"again")
            await until(lambda: heard == [b"again"])

    asyncio.run(story())


def test_a_limit_that_was_too_low_is_forgotten_once_it_is_set_right(
    broker: Broker, monkeypatch: MonkeyPatch
) -> None:
    async def story() -> None:
        async with connected(broker.url) as client:
            heard = asyncio.Event()

            async def hear(message: Msg) -> None:
                if message.data == LARGE:
                    heard.set()

            await client.subscribe("news", cb=hear)
            await until_it_works(client)
            await asyncio.to_thread(broker.follows, COMPLAINTS["maximum payload violation"])
            await client.publish("news", LARGE)  # for which the broker hangs up
            await until(lambda: client.max_payload == len(LARGE) // 5)
            await asyncio.to_thread(broker.follows, RIGHT)
            async with asyncio.timeout(PATIENCE_S):
                while not heard.is_set():
                    with suppress(nats.errors.Error):
                        await client.publish("news", LARGE)
                    await asyncio.sleep(LOOK_S)

    monkeypatch.setattr(steady_nats, "ASK_ANEW_S", 0.5)
    asyncio.run(story())


def test_a_broker_that_says_nothing_is_left_and_found_again(
    broker: Broker, monkeypatch: MonkeyPatch
) -> None:
    async def story() -> None:
        async with connected(broker.url) as client:
            await until_it_works(client)
            broker.is_sent(signal.SIGSTOP)
            try:
                await until(lambda: not client.is_connected)
            finally:
                broker.is_sent(signal.SIGCONT)
            await until_it_works(client)

    monkeypatch.setattr(connect, "PING_S", 1)
    asyncio.run(story())


def test_a_service_whose_password_is_refused_for_a_while_comes_back_by_itself(
    tmp_path: Path, broker: Broker, timers: Process
) -> None:
    given = {"NATS_URL": broker.url, "REDIS_URL": f"redis://{timers.address}"}
    with operated("expiration", tmp_path / "expiration.json", **given) as service:
        eventually(service.is_ready)
        broker.follows(COMPLAINTS["authorization violation"])
        eventually(lambda: service.reason() == "Not ready: nats")
        broker.follows(RIGHT)
        eventually(service.is_ready)
        assert service.process.poll() is None
        assert "right@" not in service.text()
