"""Connections to the servers behind a shop, to look and never to touch."""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import httpx
import nats
from nats.aio.client import Client as Nats
from pymongo import AsyncMongoClient
from redis.asyncio import Redis

from scenarios.shop.checks.evidence import Document
from scenarios.shop.outside.books import read_books
from scenarios.shop.outside.snapshot import STORES, Snapshot
from scenarios.shop.outside.stream import TIMEOUT_S, backlogs, last_sequence, read_stream
from scenarios.shop.outside.timers import read_timers
from services.common.clock import SystemClock

RECONNECT_S: Final = 0.5
TRIES: Final = 5  # to look while nothing moves
Names = Callable[[], Sequence[str]]


@dataclass(frozen=True)
class Servers:
    """Where they are.  `stripe_key` is what Stripe's books are opened with."""

    nats_url: str
    mongo_url: str
    redis_url: str
    stripe_url: str
    stripe_key: str = "sk_test_witness"


@dataclass(frozen=True)
class Witness:
    """Open connections.  `began` is when the run did; older charges are of another run."""

    nats: Nats
    mongo: AsyncMongoClient[Document]
    redis: Redis
    stripe: httpx.AsyncClient
    began: datetime
    clock: SystemClock

    def now_us(self) -> int:
        """Return the time in µs since 1970."""
        return round(self.clock.now().timestamp() * 1_000_000)

    async def snapshot(self, restless: Callable[[], Any]) -> Snapshot:
        """Look at everything; again, if something moved meanwhile, a few times at most.

        `restless` is awaited for what is in motion.  Raises: the drivers' own errors.
        """
        jetstream = self.nats.jetstream(timeout=TIMEOUT_S)
        for turn in range(TRIES):
            before = await restless()
            found = await self._look()
            after = await restless()
            last = found.stream[-1].seq if found.stream else 0
            if turn == TRIES - 1 or (not before and await last_sequence(jetstream) in (last, None)):
                break
        named = list(dict.fromkeys([*before, *after]))
        return replace(found, restless=named)

    async def _look(self) -> Snapshot:
        stream = await read_stream(self.nats)
        stores = {
            field: await self._documents(database, collection)
            for field, database, collection in STORES
        }
        books = await read_books(self.stripe, stores["mirrors"], self.began.timestamp())
        timers, leases = await read_timers(self.redis)
        return Snapshot(
            stream=stream,
            **stores,
            books=books,
            timers=timers,
            leases=leases,
            consumers=await backlogs(self.nats.jetstream(timeout=TIMEOUT_S)),
            at_us=self.now_us(),
        )

    async def _documents(self, database: str, collection: str) -> Any:
        found = self.mongo[database][collection].find({})
        return {it["_id"]: it async for it in found}


@asynccontextmanager
async def witness(servers: Servers, began: datetime) -> AsyncIterator[Witness]:
    """Connect to all servers, and let go of them in the end.

    Raises: nats.errors.Error, if there is no broker; the others are connected to when asked.
    """
    async with AsyncExitStack() as stack:
        mongo: AsyncMongoClient[Document] = AsyncMongoClient(
            servers.mongo_url, serverSelectionTimeoutMS=round(TIMEOUT_S * 1000)
        )
        stack.push_async_callback(mongo.close)
        redis = Redis.from_url(servers.redis_url, socket_timeout=TIMEOUT_S)
        stack.push_async_callback(redis.aclose)
        stripe = await stack.enter_async_context(
            httpx.AsyncClient(
                base_url=servers.stripe_url,
                headers={"Authorization": f"Bearer {servers.stripe_key}"},
                timeout=TIMEOUT_S,
                trust_env=False,  # a proxy of this machine knows none of its loopback servers
            )
        )
        broker = await nats.connect(
            servers.nats_url.split(","),  # each member of a cluster
            name="witness",
            connect_timeout=TIMEOUT_S,
            max_reconnect_attempts=-1,
            reconnect_time_wait=RECONNECT_S,
            error_cb=_expected,
        )
        stack.push_async_callback(broker.close)
        yield Witness(broker, mongo, redis, stripe, began, SystemClock())


async def _expected(error: Exception) -> None:
    """A broker that is killed while we look is part of many a run; asking again tells."""
