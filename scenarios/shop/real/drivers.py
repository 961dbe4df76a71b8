"""What the services of a shop on this machine are handed: real servers, and fakes for the rest."""

import asyncio
import sys
from collections.abc import Mapping, MutableMapping
from contextlib import AsyncExitStack
from typing import Any, Final

import nats.errors
import structlog
from structlog.contextvars import merge_contextvars

from boxoffice import fake_mongo, fake_redis, fake_stripe
from boxoffice.real import CannotOpen, PacedClock
from scenarios.shop.real.looker import Looker
from scenarios.shop.real.paced_nats import PacedNats
from scenarios.shop.real.printed_mail import PrintedMail
from scenarios.shop.real.remote import remote_mongo, remote_redis, remote_stripe
from scenarios.shop.system import WITH_DATABASE
from services.common.clock import SystemClock, iso
from services.common.drivers import Drivers
from services.common.ids import SystemIds
from services.common.settings import Settings

TEST_KEY: Final = "sk_test_local"  # stripe-mock takes any that looks like one
EMBEDDED: Final = "embedded; forgets everything at the end"
FAKED: Final = "faked; takes Stripe's test tokens"
QUIET: Final = ("debug", "info")
PRINTED: Final = "printed here, letter by letter; none is posted"


class MachineDrivers:
    """`environment` names servers by URL, as it does for a service on its own.

    The services connect to `link`, if there is one in front of NATS; `looker` hears what they log.
    """

    def __init__(
        self,
        settings: Settings,
        nats_url: str,
        environment: Mapping[str, str],
        speed: float,
        verbose: bool,
        link: str = "",
        looker: Looker | None = None,
    ) -> None:
        self._settings = settings
        self._nats_url = nats_url
        self._link = link or nats_url
        self._looker = looker or Looker()
        self._environment = environment
        self._speed = speed
        self._quiet = not verbose
        self.clock = PacedClock(SystemClock().now(), asyncio.get_running_loop().time)

    async def of(self, service: str, stack: AsyncExitStack) -> Drivers:
        """Connect a service; `stack` disconnects it.  Raises: CannotOpen."""
        given: dict[str, Any] = {}
        log = self._log(service)
        if service in WITH_DATABASE:
            given["database"] = await self._database(service, stack)
        if service != "auth":
            given["nats"] = await self._nats(stack, log)
        if service == "expiration":
            given["redis"] = await self._redis(stack)
        if service == "payments":
            given["stripe"] = await self._stripe(stack)
        if service == "auth":
            given["mail"] = PrintedMail(_tell, self._looker.posted)
        return Drivers(self._settings, self.clock, SystemIds(), log, **given)

    def places(self) -> dict[str, str]:
        """Say where each server is; a URL may hold a password, and is not shown."""
        given = self._environment.get
        return {
            "NATS": "as NATS_URL says" if given("NATS_URL") else self._nats_url,
            "MongoDB": "as MONGO_URL says" if given("MONGO_URL") else EMBEDDED,
            "Redis": "as REDIS_URL says" if given("REDIS_URL") else EMBEDDED,
            "Stripe": "as STRIPE_API_BASE says" if given("STRIPE_API_BASE") else FAKED,
            "Mail": PRINTED,
        }

    async def _database(self, service: str, stack: AsyncExitStack) -> Any:
        url = self._environment.get("MONGO_URL")
        if not url:
            return (await stack.enter_async_context(fake_mongo(self.clock.now)))[service]
        client = remote_mongo(url, self._speed)
        stack.push_async_callback(client.close)
        return client[service]

    async def _nats(self, stack: AsyncExitStack, log: Any) -> PacedNats:
        connection = PacedNats(self._speed)
        try:
            await connection.open(self._link)
        except (nats.errors.Error, OSError, ValueError):
            raise CannotOpen("NATS_URL is bad, or no NATS server answers there") from None
        stack.push_async_callback(connection.close)
        connection.tell = lambda error: log.warning("nats", error=type(error).__name__)
        return connection

    async def _redis(self, stack: AsyncExitStack) -> Any:
        url = self._environment.get("REDIS_URL")
        if not url:
            # Our loops try again.  Its leases end by the machine's clock: nobody outlives one here.
            return await stack.enter_async_context(fake_redis(retry=None))
        client = remote_redis(url, self._speed)
        stack.push_async_callback(client.aclose)
        return client

    async def _stripe(self, stack: AsyncExitStack) -> Any:
        api_base = self._environment.get("STRIPE_API_BASE")
        if not api_base:
            return await stack.enter_async_context(fake_stripe(self.clock.now))
        key = self._environment.get("STRIPE_KEY", TEST_KEY)
        return remote_stripe(api_base, key, self._speed)

    def _log(self, service: str) -> Any:
        def stamp(_: Any, __: str, said: MutableMapping[str, Any]) -> Mapping[str, Any]:
            return {"timestamp": iso(self.clock.now()), **said}

        def heard(_: Any, method: str, said: MutableMapping[str, Any]) -> Mapping[str, Any]:
            self._looker.heard(service, said)
            if self._quiet and method in QUIET:
                raise structlog.DropEvent
            return said

        console = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
        return structlog.wrap_logger(
            structlog.PrintLogger(sys.stderr),
            processors=[
                merge_contextvars,
                heard,
                structlog.processors.add_log_level,
                stamp,
                console,
            ],
            wrapper_class=structlog.make_filtering_bound_logger("info"),
            service=service,
        )


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
