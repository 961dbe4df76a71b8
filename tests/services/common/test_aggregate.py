"""One aggregate, one document, one conditional write."""

import asyncio

import pymongo.errors
from pytest import raises

from services.common.aggregate import Aggregates
from services.common.errors import Conflict
from tests.services.common.bench import Bench, created, told, updated


async def stored(bench: Bench, version: int = 0) -> Aggregates:
    things = Aggregates(bench.documents, bench.outbox)
    await things.insert({"_id": "t", "version": version, "holder": "ana"}, [created()])
    return things


def test_a_commit_stores_the_state_and_its_events_in_one_write():
    async def story(bench: Bench):
        things = await stored(bench)
        before = len(bench.to_mongo.carried)
        await things.commit(0, {"_id": "t", "version": 1, "holder": "ben"}, [updated(1)])
        return bench.to_mongo.carried[before:], await bench.documents.find_one({"_id": "t"})

    carried, document = told(story)
    assert [verb for verb, _ in carried] == ["update_one"]
    assert (document["version"], document["holder"]) == (1, "ben")
    assert [entry["id"] for entry in document["outbox"]] == ["t-0", "t-1"]


def test_a_commit_on_a_version_that_has_passed_changes_nothing():
    async def story(bench: Bench):
        things = await stored(bench, version=3)
        for before in (2, 4):
            with raises(Conflict):
                await things.commit(before, {"_id": "t", "version": 9}, [updated(9)])
        return await bench.documents.find_one({"_id": "t"})

    document = told(story)
    assert document["version"] == 3
    assert len(document["outbox"]) == 1


def test_a_commit_that_says_nothing_has_nobody_look_for_what_to_publish():
    async def story(bench: Bench):
        await bench.publish()  # so that there is a stream
        things = await stored(bench)
        relay = asyncio.create_task(bench.outbox.run())
        await asyncio.sleep(1)
        before = len(bench.to_mongo.carried)
        await things.insert({"_id": "u", "version": 0}, [])
        await things.commit(0, {"_id": "t", "version": 1}, [])
        await asyncio.sleep(1)
        quiet = [verb for verb, _ in bench.to_mongo.carried[before:]]
        await things.commit(1, {"_id": "t", "version": 2}, [updated(2)])
        await asyncio.sleep(1)
        relay.cancel()
        return quiet, [verb for verb, _ in bench.to_mongo.carried[before + len(quiet) :]]

    quiet, said = told(story)
    assert quiet == ["insert_one", "update_one"]
    assert said == ["update_one", "find", "update_one"]


def test_a_commit_on_what_is_not_there_is_a_conflict_and_creates_nothing():
    async def story(bench: Bench):
        things = Aggregates(bench.documents, bench.outbox)
        with raises(Conflict):
            await things.commit(0, {"_id": "t", "version": 1}, [])
        return await things.load("t")

    assert told(story) is None


def test_a_field_without_a_value_is_absent():
    async def story(bench: Bench):
        things = await stored(bench)
        await things.insert({"_id": "u", "version": 0, "holder": None}, [])
        await things.commit(0, {"_id": "t", "version": 1, "holder": None}, [])
        return [await things.load(id) for id in ("t", "u")]

    assert told(story) == [{"_id": "t", "version": 1}, {"_id": "u", "version": 0}]


def test_a_state_is_loaded_without_its_outbox():
    async def story(bench: Bench):
        things = await stored(bench)
        return await things.load("t"), await things.load_where({"holder": "ana"})

    state = {"_id": "t", "version": 0, "holder": "ana"}
    assert told(story) == (state, state)


def test_the_counter_may_be_a_revision():
    async def story(bench: Bench):
        things = Aggregates(bench.documents, bench.outbox, counter="revision")
        await things.insert({"_id": "t", "version": 7, "revision": 0}, [])
        await things.commit(0, {"_id": "t", "version": 7, "revision": 1}, [])
        with raises(Conflict):
            await things.commit(0, {"_id": "t", "version": 8, "revision": 1}, [])
        return await things.load("t")

    assert told(story) == {"_id": "t", "version": 7, "revision": 1}


def test_an_aggregate_cannot_be_created_twice():
    async def story(bench: Bench):
        things = await stored(bench)
        with raises(pymongo.errors.DuplicateKeyError):
            await things.insert({"_id": "t", "version": 0}, [])

    told(story)


def test_an_event_remembers_when_it_was_decided_and_by_whom():
    async def story(bench: Bench):
        await stored(bench)
        return (await bench.documents.find_one({"_id": "t"}))["outbox"][0]

    entry = told(story)
    assert entry["source"] == "/services/orders"
    assert entry["time"] == "2030-01-01T00:00:00.000Z"
