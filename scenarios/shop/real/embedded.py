"""Stores, mail and Stripe inside this process: the world's fakes, with no network between.

They forget everything when the process ends.
"""

import asyncio
import inspect
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pymongo.asynchronous.database import AsyncDatabase
from redis.asyncio import Redis
from stripe import StripeClient

from boxoffice.servers.mongo import FakeMongoClient, FakeMongoServer
from boxoffice.servers.redis import FakeRedis, FakeRedisServer
from boxoffice.servers.stripe import FakeStripeServer, fake_stripe
from boxoffice.trace.trace import Trace, TraceEvent
from services.common.clock import Clock
from services.common.mail import Letter

T = TypeVar("T")


class Direct:
    """A link of no length: the effect, and a turn for everybody else before it."""

    async def call(
        self,
        verb: str,
        about: str,
        effect: Callable[[], T | Awaitable[T]],
        refuse: Callable[[str, bool], T] | None = None,
    ) -> T:
        """Run `effect`; nothing is ever refused here.  Raises: what the effect raises."""
        await asyncio.sleep(0)
        result: Any = effect()
        return await result if inspect.isawaitable(result) else result  # type: ignore[no-any-return]


class Forgetful(Trace):
    """A trace that keeps nothing, since nobody judges a shop that never ends."""

    def record(
        self, host: str, kind: str, cause_number: int | None = None, **fields: Any
    ) -> TraceEvent:
        """Tell the watchers, and forget."""
        event = super().record(host, kind, cause_number, **fields)
        self.events.clear()
        return event


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
    return FakeRedis(FakeRedisServer(), link)


def embedded_stripe(now: Callable[[], float]) -> StripeClient:
    """Return Stripe's client on a Stripe that takes its test tokens, and tells time by `now`."""
    link: Any = Direct()
    return fake_stripe(FakeStripeServer(Forgetful(now), now), link)
