"""MongoDB in a plain asyncio test."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any

from boxoffice.alone.lifetime import Lifetime
from boxoffice.real.clock import SystemClock
from boxoffice.servers.mongo import FakeMongoClient, FakeMongoServer


@asynccontextmanager
async def fake_mongo(
    now: Callable[[], datetime] | None = None, **options: Any
) -> AsyncIterator[FakeMongoClient]:
    """Open a client with PyMongo's asynchronous API to an empty MongoDB of its own.

    Documents expire by `now`, an aware datetime or one in naive UTC; by the machine's clock, if
    none is given.  `options` are those of `pymongo.AsyncMongoClient`.  After the end of the block
    calls raise pymongo.errors.InvalidOperation.
    Raises: NotSimulated, for an option that would change an answer and is not simulated;
    RuntimeError, within a world or when it is used on another loop.

    >>> import asyncio
    >>> async def test_a_document_is_found():
    ...     async with fake_mongo() as mongo:
    ...         stock = mongo["inventory"]["stock"]
    ...         await stock.insert_one({"_id": "book", "left": 5})
    ...         return await stock.find_one({"left": {"$gt": 0}})
    >>> asyncio.run(test_a_document_is_found())
    {'_id': 'book', 'left': 5}
    """
    life = Lifetime("fake_mongo")
    client = FakeMongoClient(FakeMongoServer(now or SystemClock().now), life, **options)
    try:
        yield client
    finally:
        await client.close()
        await life.end()
