"""What somebody puts into a store by hand."""

import asyncio
from typing import Any

from pymongo.errors import DuplicateKeyError
from pytest import raises

from boxoffice.servers.mongo import FakeMongoServer
from tests.engine.servers.test_mongo import noon, orders


def test_what_is_put_there_by_hand_nobody_is_told_of() -> None:
    server, told = FakeMongoServer(noon), list[Any]()
    server.observe = lambda *what, **more: told.append(what)
    server.put("shop", "orders", {"_id": "a"})
    assert told == []
    assert asyncio.run(orders(server).find_one({"_id": "a"})) == {"_id": "a"}
    with raises(DuplicateKeyError):
        server.put("shop", "orders", {"_id": "a"})
    asyncio.run(orders(server).insert_one({"_id": "b"}))
    assert told == [("write",)]


def test_no_fail_over_takes_it_back() -> None:
    async def story() -> list[Any]:
        server = FakeMongoServer(noon)
        server.keep(5.0, asyncio.get_running_loop())
        server.put("shop", "orders", {"_id": "a"})
        server.fail_over(60.0)
        return server.documents("shop", "orders")

    assert asyncio.run(story()) == [{"_id": "a"}]
