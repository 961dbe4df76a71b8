"""The shop's services as a world runs them: from the first moment of a life to its good end."""

import asyncio
from contextlib import suppress
from ipaddress import IPv4Network
from typing import TYPE_CHECKING, Any, Final, cast

import httpx
from pydantic import SecretStr
from starlette.types import ASGIApp, Receive, Scope, Send

from boxoffice import Drivers as Given
from boxoffice import System
from scenarios.shop.checks.leaving import CUT_OFF, STILL_READY, UNTOLD
from scenarios.shop.checks.unfinished import IN_ORDER
from scenarios.shop.mailbox import FakeMail
from services.assembly import NAMES, assemble_of
from services.common import ending  # as a whole, so that a twin can be found in it
from services.common.connection_draining import ConnectionDraining
from services.common.drivers import Drivers
from services.common.run import TELLING_S
from services.common.service import Service
from services.common.settings import Settings
from services.common.steady_fetch import MISSED
from services.common.stores import REDIS

if TYPE_CHECKING:
    from scenarios.shop.world import World

ASSEMBLE: Final = {name: assemble_of(name) for name in NAMES}  # so that a twin finds them all
# Of the eleven that a process gives (run.py): so that most are answered, and some are cut off.
ANSWERING_S: Final = 6.0
INSTANT_S: Final = 0.001  # for what two floats differ by
SETTINGS: Final = Settings(
    jwt_key=SecretStr("a key that is only good in a world"),
    salt_factory=4,  # bcrypt's cheapest: nobody attacks these passwords
    expiration_window_s=900,
    trusted_proxies=(IPv4Network(System.peer[0]),),
)


class Life:
    """One life of one of the five, which starts and ends as its process does."""

    def __init__(self, given: Given) -> None:
        self._service: Service = ASSEMBLE[given.service.name](drivers(given))
        self._log = given.log
        self.app: ASGIApp = self._service.app
        self._hands = _Hands(self._service.app)
        self.door: ASGIApp = ConnectionDraining(self._hands)

    async def start(self) -> None:
        """Come up; return when ready."""
        await self._service.start()

    def drain(self) -> None:
        """Begin to end in good order."""
        assert isinstance(self.door, ConnectionDraining)
        self.door.begin()
        self._service.drain()

    async def finish(self) -> None:
        """End, once those who are being answered have had the notice of the world, and a while."""
        assert isinstance(self.door, ConnectionDraining)
        took_s = await ending.end_in_order(self._service, self.door, self._answered, self._told)
        self._log.info(CUT_OFF if took_s > ending.FINISHING_S - INSTANT_S else IN_ORDER)

    async def _answered(self) -> None:
        await self._says_so()
        await self._hands.emptied(ANSWERING_S)

    async def _told(self) -> None:
        """Give whoever is left time to hear that there is none; take note if somebody has not."""
        await asyncio.sleep(TELLING_S)
        if self._hands.are_full:
            self._log.info(UNTOLD)

    async def _says_so(self) -> None:
        """Ask, as whoever routes to it does, whether it is ready; take note only if it is."""
        transport = httpx.ASGITransport(self.app)
        async with httpx.AsyncClient(transport=transport, base_url="http://here") as routing:
            if (await routing.get("/readyz")).is_success:
                self._log.info(STILL_READY)


class _Hands:
    """An app that knows whether somebody is being answered."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._in_hand = 0
        self._one_less = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._in_hand += 1
        try:
            await self._app(scope, receive, send)
        finally:
            self._in_hand -= 1
            self._one_less.set()

    @property
    def are_full(self) -> bool:
        """Whether somebody still is."""
        return self._in_hand > 0

    async def emptied(self, within_s: float) -> None:
        """Return once nobody is, or after so many seconds."""
        with suppress(TimeoutError):
            async with asyncio.timeout(within_s):
                while self._in_hand:
                    self._one_less.clear()
                    await self._one_less.wait()


def drivers(given: Given) -> Drivers:
    """Return what a service of the shop is handed, of what the world has."""
    service, own = given.service, dict[str, Any]()
    if service.mongo:
        own["database"] = given.mongo[service.name]
    if service.nats:
        own["nats"] = given.nats
        own["nats"].missed_heartbeats = MISSED
    if service.redis:
        own["redis"] = given.client("redis", **REDIS)
    if service.stripe:
        own["stripe"] = given.stripe
    if "mail" in service.links:
        own["mail"] = FakeMail(given.world.backends.own["mail"], given.link("mail"))
    settings = cast("World", given.world).settings_of(given.host)
    return Drivers(settings, given.clock, given.ids, given.log, **own)
