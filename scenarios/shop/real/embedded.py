"""Stores, mail and Stripe inside this process: the world's fakes, with no network between.

They forget everything when the process ends.
"""

from collections.abc import Callable
from typing import Any

from pymongo.asynchronous.database import AsyncDatabase
from redis.asyncio import Redis
from stripe import StripeClient

from boxoffice.net.direct import Direct
from boxoffice.servers.mongo import FakeMongoClient, FakeMongoServer
from boxoffice.servers.redis import FakeRedis, FakeRedisServer
from boxoffice.servers.stripe import FakeStripeServer, fake_stripe
from boxoffice.trace.forgetful import Forgetful
from services.common.clock import Clock
from services.common.mail import Letter


class PrintedMail:
    """Letters that are shown to whoever runs the shop."""

    def __init__(self, tell: Callable[[str], object]) -> None:
        self._tell = tell

    async def post(self, letter: Letter) -> None:
        """Show one letter."""
        self._tell(f"mail to {letter.to}: {letter.subject}\n\n{letter.text}")


def embedded_database(name: str, clock: Clock) -> AsyncDatabase[dict[str, Any]]:
    """Return an empty database; what expires in it does so by the shop's clock."""
    database: Any = FakeMongoClient(FakeMongoServer(clock.now), Direct())[name]
    return database  # type: ignore[no-any-return]


def embedded_redis() -> Redis:
    """Return an empty Redis.

    Its leases end by the machine's clock, not the shop's: nobody outlives a lease in one process.
    """
    link: Any = Direct()
    return FakeRedis(FakeRedisServer(), link, retry=None)  # our loops try again


def embedded_stripe(now: Callable[[], float]) -> StripeClient:
    """Return Stripe's client on a Stripe that takes its test tokens, and tells time by `now`."""
    link: Any = Direct()
    return fake_stripe(FakeStripeServer(Forgetful(now), now), link)
