"""The shop's five services on a plain asyncio loop: the same code, called directly.

No links, no faults, no trace and no logs; what is stored lies in dicts, in the fakes' stores.
"""

import asyncio
import inspect
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import httpx
import structlog

from boxoffice.net.asgi import Transport
from boxoffice.net.direct import Direct
from boxoffice.servers.jetstream import FakeNats, JetStreamServer
from boxoffice.servers.mongo import FakeMongoClient, FakeMongoServer
from boxoffice.servers.redis import FakeRedis, FakeRedisServer
from boxoffice.servers.stripe import FakeStripeServer, fake_stripe
from boxoffice.trace.trace import Trace
from boxoffice.trace.untold import Untold
from scenarios.shop.system import ADDRESS, SHOP, WITH_DATABASE, service_for
from services.assembly import NAMES, assemble_of
from services.common.clock import SystemClock
from services.common.drivers import Drivers
from services.common.ids import SystemIds
from services.common.service import Service
from services.common.settings import Settings

T = TypeVar("T")
SILENT: Final = structlog.wrap_logger(
    structlog.ReturnLogger(), wrapper_class=structlog.make_filtering_bound_logger("critical")
)


class Straight(Direct):
    """No link at all: a call is the effect itself."""

    async def call(
        self, verb: str, about: str, effect: Callable[[], T | Awaitable[T]], refuse: Any = None
    ) -> T:
        """Run `effect`, and wait for what it returns if that takes time."""
        answer = effect()
        return await answer if inspect.isawaitable(answer) else answer

    def send(self, verb: str, about: str, effect: Callable[[], object]) -> None:
        """Run `effect`."""
        effect()


class _ByPath(httpx.AsyncBaseTransport):
    def __init__(self, services: dict[str, Service], address: str) -> None:
        self._apps = {
            name: Transport(service.app, client=SHOP.peer) for name, service in services.items()
        }
        self._address = address

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["X-Forwarded-For"] = self._address
        app: httpx.AsyncBaseTransport = self._apps[service_for(request.url.path)]
        return await app.handle_async_request(request)


class Directly:
    """Five services, and the people outside."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._link: Any = Straight()
        self._nats = JetStreamServer(self._now_s, self._loop.call_later)
        self.mongo = {f"{it}-db": FakeMongoServer(SystemClock().now) for it in WITH_DATABASE}
        self._redis = FakeRedisServer()
        self._stripe = FakeStripeServer(Trace(self._now_s, events=Untold()), self._now_s)
        self._services = {name: assemble_of(name)(self._drivers(name)) for name in NAMES}
        self._people = 0

    def client(self, name: str) -> httpx.AsyncClient:
        """Return the browser of one person more."""
        self._people += 1
        address = f"10.{self._people // 250}.0.{self._people % 250 + 1}"
        return httpx.AsyncClient(transport=_ByPath(self._services, address), base_url=ADDRESS)

    async def start(self) -> None:
        await asyncio.gather(*(it.start() for it in self._services.values()))

    async def stop(self) -> None:
        await asyncio.gather(*(it.stop() for it in self._services.values()))

    def _now_s(self) -> float:
        return SystemClock().now().timestamp()

    def _drivers(self, name: str) -> Drivers:
        given: dict[str, Any] = {"nats": FakeNats(self._nats, self._link)}
        if name in WITH_DATABASE:
            given["database"] = FakeMongoClient(self.mongo[f"{name}-db"], self._link)[name]
        if name == "expiration":
            given["redis"] = FakeRedis(self._redis, self._link)
        if name == "payments":
            given["stripe"] = fake_stripe(self._stripe, self._link)
        return Drivers(self._settings, SystemClock(), SystemIds(), SILENT, **given)


@asynccontextmanager
async def directly(settings: Settings) -> AsyncIterator[Directly]:
    """Run the five services for as long as a block."""
    shop = Directly(settings)
    await shop.start()
    try:
        yield shop
    finally:
        await shop.stop()
