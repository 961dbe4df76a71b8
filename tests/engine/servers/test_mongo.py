"""The client's API, and what becomes of a call that the link loses."""

import asyncio
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from pymongo import ReturnDocument
from pymongo.errors import (
    DuplicateKeyError,
    InvalidOperation,
    NetworkTimeout,
    OperationFailure,
    ServerSelectionTimeoutError,
    WriteError,
)
from pytest import mark, raises

from boxoffice.net.network import Lost, Refused
from boxoffice.servers.mongo import FakeMongoClient, FakeMongoServer

T = TypeVar("T")


class Wire:
    """A link that notes what crosses it, and fails on the way there or back if told to."""

    def __init__(self, there: Exception | None = None, back: Exception | None = None) -> None:
        self.there, self.back = there, back
        self.calls: list[tuple[str, str]] = []

    async def call(self, verb: str, about: str, effect: Callable[[], T]) -> T:
        self.calls.append((verb, about))
        await asyncio.sleep(0)
        if self.there:
            raise self.there
        answer = effect()
        if self.back:
            raise self.back
        return answer


def noon() -> datetime:
    return datetime(2026, 1, 1, 12, tzinfo=UTC)


def orders(server: FakeMongoServer, wire: Wire | None = None) -> Any:
    return FakeMongoClient(server, wire or Wire())["shop"]["orders"]


def run(story: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(story)


def test_documents_outlive_the_client_that_wrote_them() -> None:
    server = FakeMongoServer(noon)
    run(orders(server).insert_one({"_id": "b", "n": [1]}))
    run(orders(server).insert_one({"_id": "a"}))
    assert run(orders(server).find_one({"_id": "b"})) == {"_id": "b", "n": [1]}
    assert server.documents("shop", "orders") == [{"_id": "a"}, {"_id": "b", "n": [1]}]
    assert server.databases == {"shop": ["orders"]}


def test_what_is_handed_out_is_a_copy() -> None:
    server = FakeMongoServer(noon)
    document = {"_id": "a", "n": [1]}
    run(orders(server).insert_one(document))
    document["n"] = [2]
    for found in (server.find_by_id("shop", "orders", "a"), run(orders(server).find_one("a"))):
        assert found is not None
        found["n"].append(3)
    [listed] = server.documents("shop", "orders")
    assert listed["n"] == [1]


def test_a_request_is_sealed_when_it_leaves() -> None:
    async def story() -> Any:
        documents = orders(FakeMongoServer(noon))
        document = {"_id": "a", "n": [1]}
        sending = asyncio.create_task(documents.insert_one(document))
        await asyncio.sleep(0)
        document["n"].append(2)  # type: ignore[attr-defined]
        await sending
        return await documents.find_one({"_id": "a"})

    assert run(story()) == {"_id": "a", "n": [1]}


def test_a_find_is_one_call_however_its_documents_are_taken() -> None:
    async def story() -> None:
        wire = Wire()
        documents = orders(FakeMongoServer(noon), wire)
        for number in range(5):
            await documents.insert_one({"_id": number, "even": number % 2 == 0})
        del wire.calls[:]
        cursor = documents.find({}, {"even": 0}).sort("_id", -1).skip(1).limit(3)
        assert await anext(cursor) == {"_id": 3}
        assert await cursor.to_list(1) == [{"_id": 2}]
        assert [it async for it in cursor] == [{"_id": 1}]
        assert await cursor.to_list() == []
        assert wire.calls == [("find", "orders")]
        with raises(InvalidOperation, match="after executing query"):
            cursor.limit(1)

    run(story())


def test_each_method_answers_as_pymongo_does() -> None:
    async def story() -> None:
        wire = Wire()
        client = FakeMongoClient(FakeMongoServer(noon), wire)
        it = client["shop"]["orders"]
        assert await client.admin.command("ping") == {"ok": 1.0}
        assert await it.create_index([("n", 1)], unique=True, name="by_n") == "by_n"
        assert await it.create_index("outbox.id", sparse=True) == "outbox.id_1"
        assert (await it.insert_one({"_id": "a", "n": 1})).inserted_id == "a"
        changed = await it.update_one({"_id": "b"}, {"$set": {"n": 2}}, upsert=True)
        assert (changed.matched_count, changed.upserted_id) == (0, "b")
        changed = await it.update_one({"_id": "b", "n": 2}, {"$inc": {"n": 1}})
        assert (changed.matched_count, changed.modified_count) == (1, 1)
        assert (await it.update_one({"_id": "c"}, {"$inc": {"n": 1}})).matched_count == 0
        after = ReturnDocument.AFTER
        raised = await it.find_one_and_update(
            {"n": {"$gt": 0}}, {"$inc": {"n": 5}}, sort=[("n", -1)], return_document=after
        )
        assert raised == {"_id": "b", "n": 8}
        assert (await it.replace_one({"_id": "a"}, {"m": 1})).modified_count == 1
        assert await it.count_documents({"m": 1}) == 1
        assert (await it.delete_one({"_id": "a"})).deleted_count == 1
        assert [found["_id"] async for found in it.find()] == ["b"]
        assert (await it.delete_many({})).deleted_count == 1
        assert ("command", "ping") in wire.calls
        assert ("find_one_and_update", "orders") in wire.calls

    run(story())


def test_a_closed_client_refuses_and_its_server_does_not() -> None:
    async def story() -> None:
        server = FakeMongoServer(noon)
        client = FakeMongoClient(server, Wire())
        await client.close()
        with raises(InvalidOperation, match="after close"):
            await client["shop"]["orders"].find_one({})
        assert await orders(server).find_one({}) is None

    run(story())


def test_a_lost_request_did_nothing_and_a_lost_response_did() -> None:
    server = FakeMongoServer(noon)
    with raises(NetworkTimeout):
        run(orders(server, Wire(there=Lost())).insert_one({"_id": "there"}))
    with raises(NetworkTimeout):
        run(orders(server, Wire(back=Lost())).insert_one({"_id": "back"}))
    assert server.documents("shop", "orders") == [{"_id": "back"}]


def test_a_server_that_is_down_is_not_found() -> None:
    with raises(ServerSelectionTimeoutError):
        run(orders(FakeMongoServer(noon), Wire(there=Refused())).find_one({}))


def test_a_refusal_can_get_lost_like_any_answer() -> None:
    server = FakeMongoServer(noon)
    run(orders(server).insert_one({"_id": "a"}))
    with raises(NetworkTimeout):
        run(orders(server, Wire(back=Lost())).insert_one({"_id": "a"}))


@mark.parametrize(
    ("rival", "index", "pattern", "value"),
    [
        ({"_id": "a"}, "_id_", {"_id": 1}, {"_id": "a"}),
        ({"_id": "b", "held": "t"}, "held_1", {"held": 1}, {"held": "t"}),
        (
            {"_id": "b", "ticket": {"id": "t"}, "hold": 1},
            "ticket.id_1_hold_-1",
            {"ticket.id": 1, "hold": -1},
            {"ticket.id": "t", "hold": 1},
        ),
    ],
)
def test_a_duplicate_key_says_which(
    rival: dict[str, Any], index: str, pattern: dict[str, int], value: dict[str, Any]
) -> None:
    async def story() -> DuplicateKeyError:
        documents = orders(FakeMongoServer(noon))
        await documents.create_index("held", unique=True, sparse=True)
        await documents.create_index([("ticket.id", 1), ("hold", -1)], unique=True)
        await documents.insert_one({"_id": "a", "held": "t", "ticket": {"id": "t"}, "hold": 1})
        with raises(DuplicateKeyError) as caught:
            await documents.insert_one(rival)
        assert await documents.count_documents({}) == 1
        return caught.value

    error = run(story())
    assert error.code == 11000
    assert error.details is not None
    assert error.details["keyPattern"] == pattern
    assert error.details["keyValue"] == value
    assert f"shop.orders index: {index} dup key" in str(error)


def test_an_update_into_a_taken_key_says_which_and_changes_nothing() -> None:
    async def story() -> None:
        documents = orders(FakeMongoServer(noon))
        await documents.create_index("n", unique=True)
        await documents.insert_one({"_id": "a", "n": 1})
        await documents.insert_one({"_id": "b", "n": 2})
        with raises(DuplicateKeyError) as caught:
            await documents.update_one({"_id": "b"}, {"$set": {"n": 1}})
        assert caught.value.details["keyValue"] == {"n": 1}  # type: ignore[index]
        assert await documents.find_one({"n": 2}) == {"_id": "b", "n": 2}

    run(story())


def test_a_write_that_fails_halfway_leaves_nothing_behind() -> None:
    async def story() -> None:
        server = FakeMongoServer(noon)
        documents = orders(server)
        await documents.insert_one({"_id": "a", "n": 1})
        with raises(WriteError):
            await documents.update_one({"_id": "a"}, {"$set": {"n": 2}, "$pop": {"n": 9}})
        assert server.documents("shop", "orders") == [{"_id": "a", "n": 1}]
        assert await documents.find_one({"n": 1}) is not None

    run(story())


def test_a_malformed_filter_is_refused_even_by_an_empty_collection() -> None:
    with raises(OperationFailure, match="unknown operator"):
        run(orders(FakeMongoServer(noon)).find_one({"n": {"$bogus": 1}}))


def test_each_write_that_changed_something_is_observed() -> None:
    async def story() -> list[tuple[Any, ...]]:
        seen: list[tuple[Any, ...]] = []
        server = FakeMongoServer(noon)
        documents = orders(server)

        def observe(kind: str, **about: Any) -> None:
            assert (kind, about["db"], about["collection"]) == ("write", "shop", "orders")
            seen.append((about["verb"], about["id"], about["before"], about["after"]))

        server.observe = observe
        await documents.insert_one({"_id": "a", "n": 1})
        await documents.update_one({"_id": "a"}, {"$inc": {"n": 1}})
        await documents.update_one({"_id": "a"}, {"$set": {"n": 2}})  # nothing new
        await documents.update_one({"_id": "b"}, {"$set": {"n": 2}})  # nobody there
        await documents.find_one({"_id": "a"})
        with raises(DuplicateKeyError):
            await documents.insert_one({"_id": "a"})
        await documents.delete_one({"_id": "a"})
        return seen

    assert run(story()) == [
        ("insert_one", "a", None, {"_id": "a", "n": 1}),
        ("update_one", "a", {"_id": "a", "n": 1}, {"_id": "a", "n": 2}),
        ("delete_one", "a", {"_id": "a", "n": 2}, None),
    ]


def test_a_document_that_expired_is_observed_too() -> None:
    async def story() -> list[tuple[Any, ...]]:
        seen: list[tuple[Any, ...]] = []
        moment = [noon()]
        server = FakeMongoServer(lambda: moment[-1])
        documents = orders(server)
        await documents.create_index("at", expireAfterSeconds=10)
        await documents.insert_one({"_id": "a", "at": noon()})
        server.observe = lambda kind, **about: seen.append(
            (about["verb"], about["id"], about["after"])
        )
        for second, is_there in ((59, True), (60, False)):  # nobody has swept before
            moment.append(noon() + timedelta(seconds=second))
            assert (await documents.find_one({"_id": "a"}) is not None) == is_there
        return seen

    assert run(story()) == [("expire", "a", None)]


def test_what_an_observer_is_handed_is_its_own() -> None:
    server = FakeMongoServer(noon)
    server.observe = lambda kind, **about: about["after"]["n"].append(9)
    run(orders(server).insert_one({"_id": "a", "n": [1]}))
    assert server.documents("shop", "orders") == [{"_id": "a", "n": [1]}]


def test_the_only_clock_is_the_one_handed_in() -> None:
    async def story() -> Any:
        documents = orders(FakeMongoServer(noon))
        stamp = {"$currentDate": {"at": True, "stamp": {"$type": "timestamp"}}}
        await documents.update_one({"_id": "a"}, stamp, upsert=True)
        return await documents.find_one({"_id": "a"})

    found = run(story())
    assert found["at"] == datetime(2026, 1, 1, 12)
    assert found["stamp"].as_datetime() == noon()
