"""A look at a running shop: its stream, stores, timers and Stripe's books, as they are now."""

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, aclosing, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx
from bson.raw_bson import RawBSONDocument
from nats.js import JetStreamContext
from nats.js.errors import APIError
from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ConstantBackoff
from redis.exceptions import RedisError

from scenarios.audit.shelf import Messages, Shelf
from scenarios.nats_connection import PAUSE_S, connected
from scenarios.shop.checks.restless import CONSUMING
from scenarios.shop.outside.books import read_books
from scenarios.shop.outside.snapshot import STORES, Books, Snapshot, Stored
from scenarios.shop.outside.stream import TIMEOUT_S, stream_batches
from scenarios.shop.outside.timers import read_timers
from scenarios.unknown import Unknown
from services.common.clock import SystemClock
from services.common.messaging import DEAD_LETTERS, STREAM

# Nothing that is judged here is known from accounts, so their passwords are left alone.
READ: Final = [it for it in STORES if it[1] != "auth"]
READER: Final = "audit"  # the one consumer that a user who only reads may make (k8s/users.py)
# Source: JSConsumerAlreadyExists, https://github.com/nats-io/nats-server/blob/main/server/errors.json
CONSUMER_EXISTS: Final = 10148
OCCUPIED: Final = (
    "another audit reads this stream, or one was killed seconds ago: try again after it"
)
BATCH: Final = 1_000  # documents
FIRST: Final = 0.0  # charges since 1970: all


@dataclass(frozen=True)
class Places:
    """Where a shop's servers are.  What has no URL is not looked at.

    A `mongo_urls` that names a database is that one's; one that names none is all the others'.
    Each may take `wait_s` to come within reach: a cluster's firewall hears of a pod moments after
    that has begun.
    """

    nats_url: str
    mongo_urls: Sequence[str]
    redis_url: str | None = None
    stripe_url: str | None = None
    stripe_key: str = ""
    wait_s: int = 0


@dataclass(frozen=True)
class Look:
    """What was seen, and up to which message each consumer that is behind has acknowledged all.

    `late` are messages that came while it was looked.
    """

    snapshot: Snapshot
    stream: Messages
    floors: Mapping[str, int] = field(default_factory=dict)
    late: Sequence[Stored] = ()


@dataclass(frozen=True)
class Shop:
    """Open connections to a shop's servers."""

    jetstream: JetStreamContext
    mongo: Mapping[str, AsyncMongoClient[RawBSONDocument]]
    redis: Redis | None
    stripe: httpx.AsyncClient | None
    shelf: Shelf

    async def look(self, tell: Callable[[str], object] = lambda said: None) -> Look:
        """Read everything once; `tell` is told what is read.

        Raises: Unknown, in one line, for a store that does not answer; nats.errors.Error.
        """
        await self.read_on(tell)
        await self.read_letters()
        stream = self.shelf.messages()
        stores: dict[str, Any] = {}
        self.shelf.clear_documents()
        for name, database, collection in READ:
            tell(f"{database}.{collection}")
            await self._documents(name, database, collection)
            stores[name] = self.shelf.documents(name)
        tell("timers")
        timers, leases = await self._timers()
        tell("Stripe's books")
        books = Books(are_read=False)
        if self.stripe is not None:
            books = await read_books(self.stripe, stores["mirrors"], FIRST)
            if not books.are_read:
                raise Unknown(f"Stripe's books cannot be read: {books.why}")
        return Look(
            snapshot=Snapshot(
                at_us=round(SystemClock().now().timestamp() * 1_000_000),
                stream=stream,
                **stores,
                books=books,
                timers=timers,
                leases=leases,
            ),
            stream=stream,
            floors=await self._floors(),
            late=await self._late(stream),
        )

    async def read_on(self, tell: Callable[[str], object] = lambda said: None) -> None:
        """Put onto the shelf what it has not of the stream."""
        after = self.shelf.messages().last

        def put(batch: list[Stored]) -> None:
            self.shelf.put_messages(batch)
            tell(f"the stream, message {batch[-1].seq if batch else after}")

        await self._read(after, put)

    async def read_letters(self) -> None:
        """Read the dead letters anew: alone of all messages, they are removed."""
        self.shelf.forget(DEAD_LETTERS)
        await self._read(0, self.shelf.put_messages, f"{DEAD_LETTERS}.>")

    async def _read(
        self, after: int, put: Callable[[list[Stored]], object], subject: str = ">"
    ) -> None:
        batches = stream_batches(self.jetstream._nc, after, READER, subject)
        try:
            async with aclosing(batches):  # or its consumer would be there for a while
                async for batch in batches:
                    put(batch)
        except APIError as refusal:
            if refusal.err_code == CONSUMER_EXISTS:
                raise Unknown(OCCUPIED) from None
            raise

    async def _late(self, stream: Messages) -> list[Stored]:
        await self.read_on()
        return self.shelf.messages().after(stream.last)

    async def _documents(self, name: str, database: str, collection: str) -> None:
        client = self.mongo.get(database) or self.mongo[""]
        try:
            found = client[database][collection].find({}, batch_size=BATCH)
            while batch := await found.to_list(BATCH):
                self.shelf.put_documents(name, (bytes(it.raw) for it in batch))
        except PyMongoError as error:
            # What it says of servers names neither a user nor a password.
            said = " ".join(re.split(", Timeout: |, full error: ", str(error))[0].split())
            raise Unknown(f"MongoDB, {database}.{collection}: {said}") from None

    async def _timers(self) -> tuple[dict[str, float], list[str]]:
        if self.redis is None:
            return {}, []
        try:
            return await read_timers(self.redis)
        except (RedisError, OSError) as error:
            raise Unknown(f"Redis: {' '.join(str(error).split())}") from None

    async def _floors(self) -> dict[str, int]:
        infos = await self.jetstream.consumers_info(STREAM)
        return {
            info.name: info.ack_floor.stream_seq if info.ack_floor else 0
            for info in infos
            if info.name in CONSUMING and (info.num_pending or info.num_ack_pending)
        }


@asynccontextmanager
async def opened(places: Places, shelf: Shelf) -> AsyncIterator[Shop]:
    """Connect to all servers, and let go of them in the end.  Raises: Unknown, in one line."""
    async with AsyncExitStack() as stack:
        mongo = {}
        for url in places.mongo_urls:
            client = _mongo(url, places.wait_s)
            stack.push_async_callback(client.close)
            mongo[urlsplit(url).path.strip("/")] = client
        wanted = dict.fromkeys(database for _, database, _ in READ)
        if missing := [it for it in wanted if it not in mongo and "" not in mongo]:
            raise Unknown(f"--mongo names no server for {', '.join(missing)}")
        redis = None
        if places.redis_url:
            redis = _redis(places.redis_url, places.wait_s)
            stack.push_async_callback(redis.aclose)
        stripe = None
        if places.stripe_url:
            stripe = await stack.enter_async_context(
                httpx.AsyncClient(
                    base_url=places.stripe_url,
                    headers={"Authorization": f"Bearer {places.stripe_key}"},
                    timeout=TIMEOUT_S,
                )
            )
        jetstream = await stack.enter_async_context(connected(places.nats_url, places.wait_s))
        created = (await jetstream.stream_info(STREAM)).created
        shelf.is_of("" if created is None else created.isoformat())
        yield Shop(jetstream, mongo, redis, stripe, shelf)


def _mongo(url: str, wait_s: int) -> AsyncMongoClient[RawBSONDocument]:
    try:
        return AsyncMongoClient(
            url,
            serverSelectionTimeoutMS=round(max(TIMEOUT_S, wait_s) * 1000),
            readPreference="primaryPreferred",
            appname="boxoffice-audit",
            document_class=RawBSONDocument,
        )
    except (PyMongoError, ValueError):
        raise Unknown("--mongo is bad: not a URL with mongodb or mongodb+srv") from None


def _redis(url: str, wait_s: int) -> Redis:
    try:
        again = Retry(ConstantBackoff(PAUSE_S), wait_s)
        found: Redis = Redis.from_url(url, socket_timeout=TIMEOUT_S, retry=again)
    except ValueError:
        raise Unknown("--redis is bad: not a URL with redis or rediss") from None
    return found
