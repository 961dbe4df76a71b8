"""Servers that go on as a copy, which lacks what they did last."""

from contextlib import suppress
from datetime import timedelta

import pymongo.errors
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern
from pytest import mark, raises

from boxoffice import World
from boxoffice.faults import failovers
from tests.engine.toys.depot import held, met

EARLY = {"after_s": 0.1, "loses_s": 0.2}


def notes(world: World, *, alone: bool = False):
    """Return a collection; `alone` is answered by one server only, and else by a majority."""
    database = held(world).mongo["stock"].with_options(read_concern=ReadConcern("majority"))
    by = WriteConcern(1) if alone else WriteConcern("majority", wtimeout=4_000)
    return database.with_options(write_concern=by)["notes"]


def test_redis_has_forgotten_what_it_acknowledged_and_knows_what_was_before() -> None:
    world = met(failovers(of="zadd", at="redis", nth=[2], **EARLY))

    async def script(world: World):
        redis = held(world).redis
        heard = [await redis.zadd("z", {"early": 1.0})]
        await world.passes(1.0)
        heard.append(await redis.zadd("z", {"late": 2.0}))
        before = await redis.zrange("z", 0, -1)
        await world.passes(0.2)
        return heard, before, await redis.zrange("z", 0, -1)

    assert world.run(script) == ([1, 1], [b"early", b"late"], [b"early"])
    [fell] = world.trace.of_kind("failover")
    assert (fell.host, fell["loses_s"]) == ("redis", 0.2)


def test_what_is_struck_may_be_named_by_any_pattern() -> None:
    world = met(failovers(of="z[a]dd", at="redis", **EARLY))
    assert world.faults.lag_s("redis") == 0.2


def test_what_redis_has_deleted_or_let_lapse_may_be_back_after_a_fail_over() -> None:
    world = met(failovers(of="del", at="redis", loses_s=60.0, after_s=1.0))

    async def script(world: World):
        redis = held(world).redis
        await redis.set("lapses", 1, px=90_000)
        await redis.set("stays", 1)
        await world.passes(70.0)
        await redis.delete("stays")
        await world.passes(2.0)
        back = await redis.exists("lapses", "stays")
        await world.passes(30.0)
        return back, await redis.exists("lapses", "stays")

    assert world.run(script) == (2, 1)  # a lease that is back lapses when it would have


@mark.parametrize("alone", [True, False])
def test_mongo_loses_what_it_alone_had_and_says_so_to_who_waits(alone) -> None:
    world = met(failovers(of="insert_one", at="stock-db", **EARLY))

    async def script(world: World):
        try:
            await notes(world, alone=alone).insert_one({"_id": "1"})
            heard = "stored"
        except pymongo.errors.NotPrimaryError as error:
            heard = str(error.details["codeName"])
        await world.passes(1.0)
        return heard, await notes(world).find_one({"_id": "1"})

    said = "stored" if alone else "InterruptedDueToReplStateChange"
    assert world.run(script) == (said, None)


def test_what_was_answered_by_a_majority_outlives_a_fail_over() -> None:
    world = met(failovers(of="find_one", at="stock-db", nth=[1], **EARLY))

    async def script(world: World):
        began_s = world.loop.time()
        await notes(world).insert_one({"_id": "1", "text": "kept"})
        took_s = world.loop.time() - began_s
        await notes(world).find_one({"_id": "1"})
        await notes(world, alone=True).update_one({"_id": "1"}, {"$set": {"text": "lost"}})
        await world.passes(1.0)
        return took_s > 0.2, await notes(world).find_one({"_id": "1"})

    assert world.run(script) == (True, {"_id": "1", "text": "kept"})


def test_a_reader_of_the_majority_sees_a_write_only_when_it_is_there_to_stay() -> None:
    world = met(failovers(from_s=1e9, at="stock-db", **EARLY))

    async def script(world: World):
        mine = notes(world, alone=True)
        await mine.insert_one({"_id": "1", "text": "old"})
        await world.passes(1.0)
        await mine.update_one({"_id": "1"}, {"$set": {"text": "new"}})
        await mine.insert_one({"_id": "2", "text": "new"})
        seen = []
        for _ in range(2):
            found = await notes(world).find({}).sort("_id", 1).to_list()
            seen.append([(it["_id"], it["text"]) for it in found])
            seen.append(await notes(world).count_documents({"text": "new"}))
            await world.passes(0.3)
        return seen

    assert world.run(script) == [[("1", "old")], 0, [("1", "new"), ("2", "new")], 2]


@mark.parametrize(
    "second",
    [
        lambda it: it.update_one({"_id": "1", "version": 7}, {"$set": {"version": 8}}),
        lambda it: it.insert_one({"_id": "1"}),
    ],
    ids=["no match", "a duplicate"],
)
def test_who_comes_second_is_told_so_only_when_the_first_is_there_to_stay(second) -> None:
    world = met(failovers(from_s=1e9, at="stock-db", **EARLY))

    async def script(world: World):
        await notes(world, alone=True).insert_one({"_id": "1", "version": 0})
        began_s = world.loop.time()
        with suppress(pymongo.errors.DuplicateKeyError):
            await second(notes(world))
        return world.loop.time() - began_s

    assert 0.19 < world.run(script) < 0.21


def test_a_majority_that_takes_too_long_leaves_a_write_that_nobody_knows_of() -> None:
    world = met(failovers(from_s=1e9, at="stock-db", loses_s=30.0, after_s=1.0))

    async def script(world: World):
        began_s = world.loop.time()
        with raises(pymongo.errors.WTimeoutError):
            await notes(world).insert_one({"_id": "1"})
        took_s = world.loop.time() - began_s
        await world.passes(30.0)
        return round(took_s, 1), await notes(world).find_one({"_id": "1"})

    assert world.run(script) == (4.0, {"_id": "1"})


def test_only_what_may_fail_over_pays_for_it() -> None:
    world = met(failovers(of="zadd", at="redis", **EARLY))
    assert [it._replication for it in world.backends.mongo.values()] == [None] * 2
    assert world.backends.redis._copies is not None


def test_a_healed_world_fails_over_no_more() -> None:
    world = met(failovers(of="zadd", at="redis", **EARLY))

    async def script(world: World):
        redis = held(world).redis
        await redis.zadd("z", {"kept": 1.0})
        world.faults.heal()
        await world.passes(1.0)
        return await redis.zcard("z")

    assert world.run(script) == 1


def test_a_fail_over_of_what_has_no_copy_is_refused() -> None:
    with raises(ValueError, match="only these have a copy to fail over to: stock-db, books-db"):
        met(failovers(of="*", at="nats"))


@mark.parametrize("bounds", [{"after_s": 0.0}, {"after_s": 0.3, "loses_s": 0.2}])
def test_a_fail_over_that_could_lose_nothing_is_refused(bounds) -> None:
    with raises(ValueError, match="after_s must be from 0 to loses_s"):
        failovers(**bounds)


def test_what_has_just_lapsed_may_lapse_again_before_a_majority_reader() -> None:
    world = met(failovers(from_s=1e9, at="stock-db"))

    async def script(world: World):
        documents = notes(world)
        of_majority = documents.with_options(read_concern=ReadConcern("majority"))
        await documents.create_index("until", expireAfterSeconds=0)
        until = held(world).clock.now() + timedelta(seconds=5)
        await documents.insert_one({"_id": "1", "until": until})
        await world.passes(70.0)  # by then the server has swept
        server = world.backends.mongo["stock-db"]
        server.perform("stock", "notes", "find_one", lambda it: it.find_one({}))
        return await of_majority.find_one({"_id": "1"})

    assert world.run(script) is None
