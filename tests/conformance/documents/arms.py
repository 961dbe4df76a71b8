"""The arms of one body: the fake over a direct link, and PyMongo on a server.

The server is a real one, or the fake again, served over MongoDB's own protocol.
"""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from itertools import count
from typing import Any, TypeVar

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

from boxoffice.servers.mongo import FakeMongoClient, FakeMongoServer
from services.common.durable import durable

T = TypeVar("T")
Document = dict[str, Any]
_numbers = count(1)
CLIENTS = 4  # so many that a race is one between connections, not only between tasks


class Direct:
    """A link without a network, on which calls still take turns."""

    async def call(self, verb: str, about: str, effect: Callable[[], T]) -> T:
        await asyncio.sleep(0)
        answer = effect()
        await asyncio.sleep(0)
        return answer


class Shop:
    """An empty database, and several clients that reach it."""

    def __init__(self, name: str, clients: list[Any]) -> None:
        self.name = name
        self.clients = clients

    @property
    def documents(self) -> Any:
        """Return the one collection that most stories need."""
        return self.database["documents"]

    @property
    def database(self) -> Any:
        """Return the database, for stories that need several collections."""
        return durable(self.clients[0][self.name])  # as the services have it

    async def race(self, act: Callable[[Any, int], Awaitable[T]], times: int) -> list[T | str]:
        """Have all clients act at once; return what each attempt led to."""
        return await asyncio.gather(
            *(
                outcome(
                    act(durable(self.clients[number % CLIENTS][self.name])["documents"], number)
                )
                for number in range(times)
            )
        )


Story = Callable[[Shop], Awaitable[T]]
Arm = Callable[[Story[Any]], Any]


def told_to_fake(story: Story[T]) -> T:
    """Play a story with the fake."""

    async def tell() -> T:
        server = FakeMongoServer(lambda: datetime.now(UTC))
        return await story(
            Shop("shop", [FakeMongoClient(server, Direct()) for _ in range(CLIENTS)])
        )

    return asyncio.run(tell())


def told_to_server(url: str, story: Story[T]) -> T:
    """Play a story with PyMongo, in a database of its own that is dropped afterwards."""

    async def tell() -> T:
        async with AsyncExitStack() as stack:
            clients: list[AsyncMongoClient[Document]] = [
                AsyncMongoClient(url, serverSelectionTimeoutMS=5000) for _ in range(CLIENTS)
            ]
            for client in clients:
                stack.push_async_callback(client.close)
            name = f"conformance_{next(_numbers)}"
            await clients[0].drop_database(name)
            stack.push_async_callback(clients[0].drop_database, name)
            return await story(Shop(name, clients))

    return asyncio.run(tell())


async def outcome(attempt: Awaitable[T]) -> T | str:
    """Return what an attempt returns, or the class of the error it ends with."""
    try:
        return await attempt
    except PyMongoError as error:
        return type(error).__name__
