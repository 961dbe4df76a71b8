"""The composition root for one machine: the five services on a real broker, behind one port.

All five run in this process.  Each speaks to the others through the NATS server alone, over a
connection of its own, as it would from a process of its own.  What the environment names by URL
(NATS_URL, MONGO_URL, REDIS_URL, STRIPE_API_BASE) is used; the rest is embedded and forgetful.
"""

import asyncio
import os
import signal
import socket
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from ipaddress import IPv4Network
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from starlette.types import ASGIApp

from boxoffice.real import CannotOpen, PacedLoop, running_broker
from scenarios.shop.life import ASSEMBLE
from scenarios.shop.real.drivers import MachineDrivers
from scenarios.shop.real.ingress import HOST, Ingress, open_ingress
from scenarios.shop.real.looker import Looker, Place
from services.common.ids import SystemIds
from services.common.run import prompt
from services.common.service import Service
from services.common.settings import BadSetting, Settings, given_in

SERVERS: Final = ("NATS_URL", "MONGO_URL", "REDIS_URL", "STRIPE_API_BASE")
SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
FINISH_S: Final = 5.0  # of the machine's time, for what is in hand when the shop closes


@dataclass(frozen=True)
class Shop:
    """A shop that is open.  `places` says where each of its servers is."""

    url: str
    places: Mapping[str, str]
    folder: Path  # gone when the shop closes
    settings: Settings
    speed: float
    door: ASGIApp


def named_servers() -> dict[str, str]:
    """Return the servers that the environment names by URL, each by the name of its setting.

    Raises: CannotOpen, if that or another setting in it makes no sense.
    """
    try:
        given_in(os.environ)
    except BadSetting as bad:
        raise CannotOpen(str(bad)) from None
    return {name: url for name in SERVERS if (url := os.environ.get(name))}


def run(
    opened: Callable[[Shop], Awaitable[None]],
    port: int = 8000,
    speed: float = 1.0,
    data: Path | None = None,
    verbose: bool = False,
    looker: Callable[[], Looker] = Looker,
) -> int | None:
    """Open the shop, await `opened`, and keep it open until a signal ends it; return which.

    The loop and the shop's clocks run `speed` times as fast as the machine's.  JetStream keeps its
    streams in `data`, or forgets them.  `looker` is called on the loop.  Raises: CannotOpen.
    """

    told = list[int]()

    async def until_told() -> None:
        _end_on_signals(told)
        async with local_shop(port, speed, data, verbose, looker()) as shop:
            await opened(shop)
            await asyncio.Event().wait()

    with (
        asyncio.Runner(loop_factory=lambda: PacedLoop(speed)) as runner,
        suppress(asyncio.CancelledError),
    ):
        runner.run(until_told())
    return next(iter(told), None)


def _end_on_signals(told: list[int]) -> None:
    task, loop = asyncio.current_task(), asyncio.get_running_loop()
    assert task is not None, "only a task can be ended"

    def end(number: int) -> None:
        told.append(number)
        if not task.cancelling():  # a second Ctrl-C must not interrupt the tidying up
            task.cancel()

    for number in SIGNALS:
        loop.add_signal_handler(number, end, number)


@asynccontextmanager
async def local_shop(
    port: int, speed: float, data: Path | None, verbose: bool, looker: Looker | None = None
) -> AsyncIterator[Shop]:
    """Open the shop on a loop of that speed; close it, and leave nothing behind."""
    named_servers()
    looker = looker or Looker()
    async with AsyncExitStack() as stack:
        listener = stack.enter_context(_listen(port))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="boxoffice-")))
        url = f"http://{HOST}:{listener.getsockname()[1]}"
        settings = _settings(url)
        nats_url = link = os.environ.get("NATS_URL", "")
        if not nats_url:
            streams = _kept(data) if data else folder
            nats_url = await stack.enter_async_context(running_broker(streams, speed))
            link = await stack.enter_async_context(looker.linked(nats_url, speed))
        drivers = MachineDrivers(settings, nats_url, os.environ, speed, verbose, link, looker)
        running = {
            name: await stack.enter_async_context(_service(name, drivers)) for name in ASSEMBLE
        }
        door = Ingress(running)
        # The door closes before, the connections after.
        stack.push_async_callback(_finish, list(running.values()), FINISH_S * speed)
        place = Place(nats_url, listener.getsockname()[1], speed, drivers.clock)
        front = await stack.enter_async_context(looker.before(door, place))
        await stack.enter_async_context(open_ingress(front, listener, speed))
        stack.callback(looker.let_go)
        yield Shop(url, drivers.places(), folder, settings, speed, front)


def _listen(port: int) -> socket.socket:
    try:
        listener = socket.create_server((HOST, port))
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise CannotOpen(
            f"cannot listen on port {port}: {why}; --port 0 takes one that is free"
        ) from None
    return prompt(listener)


def _kept(data: Path) -> Path:
    try:
        data.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=data):  # NATS would find out, and say it less clearly
            pass
    except OSError as error:
        why = os.strerror(error.errno or 0)
        raise CannotOpen(f"--data is bad: cannot write to {data}: {why}") from None
    return data


def _settings(url: str) -> Settings:
    return Settings(
        jwt_key=SecretStr(SystemIds().secret(32).hex()),
        cookie_secure=False,  # there is no TLS between a machine and itself
        public_url=url,
        trusted_proxies=(IPv4Network(HOST),),  # who is on this machine may play many people
    )


async def _finish(running: Sequence[Service], within_s: float) -> None:
    await asyncio.gather(*(service.finish(within_s) for service in running))


@asynccontextmanager
async def _service(name: str, drivers: MachineDrivers) -> AsyncIterator[Service]:
    async with AsyncExitStack() as stack:
        service = ASSEMBLE[name](await drivers.of(name, stack))
        stack.push_async_callback(service.stop)
        await service.start()
        yield service
