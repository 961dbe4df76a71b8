"""What a fake's answer is in the order of does not depend on the hashes of a process."""

import asyncio
import json

import pymongo
import redis.asyncio
from pytest import fixture, mark, raises

from boxoffice import System
from boxoffice.alone.redis import fake_redis
from boxoffice.servers.redis.ordered import SetInOrder
from tests.engine.determinism import printed_by

FRUIT = ["pear", "apple", "plum", "fig", "kiwi", "lime", "date", "nut", "melon", "grape"]
MORE = [*FRUIT[3:], "quince"]
ASKED = [
    "SMEMBERS s", "SORT s BY nosort", "SORT s BY nosort LIMIT 1 3", "SORT s BY w_*",
    "SORT s BY nosort GET # GET w_*", "SORT s ALPHA", "SUNION s t", "SINTER s t", "SDIFF s t",
    "SUNIONSTORE u s t",
    "SMEMBERS u", "SSCAN s 0 COUNT 4", "HSCAN h 0 COUNT 4", "HGETALL h", "HKEYS h", "KEYS *",
    "SCAN 0 COUNT 5", "SCAN 0 TYPE set", "ZUNION 2 z s", "ZINTER 2 z s", "ZDIFF 2 z t",
    "ZUNIONSTORE zu 2 s t", "ZRANGE zu 0 -1", "ZPOPMIN z 3", "SRANDMEMBER s", "SRANDMEMBER s 3",
    "SRANDMEMBER s -3", "HRANDFIELD h 3", "ZRANDMEMBER z 3", "RANDOMKEY", "SPOP s", "SPOP s 3",
    "SMEMBERS s", "SMOVE t u quince", "SMEMBERS t", "PUBSUB CHANNELS", "COPY u c", "SMEMBERS c",
]  # fmt: skip
STAGES = [
    [{"$group": {"_id": "$name", "all": {"$addToSet": "$tags"}}}],
    [{"$unwind": "$tags"}, {"$group": {"_id": None, "all": {"$addToSet": "$tags"}}}],
    [{"$project": {"all": {"$setUnion": ["$tags", MORE]}}}],
    [{"$sample": {"size": 3}}],
]


async def of_redis(client):
    await client.sadd("s", *FRUIT)
    await client.sadd("t", *MORE)
    await client.zadd("z", dict.fromkeys(FRUIT, 1))
    await client.hset("h", mapping={name: len(name) for name in FRUIT})
    for name in FRUIT:
        await client.set(f"w_{name}", len(name))
    channels = client.pubsub()
    await channels.subscribe(*FRUIT)
    return [shown(await client.execute_command(*asked.split())) for asked in ASKED]


async def of_mongo(collection):
    tagged = (
        {"_id": at, "name": name, "tags": FRUIT[at : at + 4], "long": len(name)}
        for at, name in enumerate(FRUIT)
    )
    await collection.insert_many(tagged)
    by_stage = [await (await collection.aggregate(each)).to_list() for each in STAGES]
    distinct = [await collection.distinct(each) for each in ("name", "tags", "long")]
    more = {"$addToSet": {"tags": {"$each": MORE}}}
    await collection.update_one({"_id": 0}, more)
    await collection.bulk_write([pymongo.UpdateOne({"_id": 1}, more)])
    found = [await collection.find().sort("long").to_list(), await collection.index_information()]
    return [shown(it) for it in (*by_stage, *distinct, *found)]


def shown(answer):
    return [shown(it) for it in answer] if isinstance(answer, set | tuple) else repr(answer)


def answers():
    """Return what a worker is answered in a world, by clients handed in and of its own."""
    said = []

    async def works(drivers):
        said.append(await of_redis(drivers.redis))
        said.append(await of_mongo(drivers.mongo["a"]["b"]))
        await drivers.redis.flushall()
        said.append(await of_redis(redis.asyncio.Redis(host="redis", decode_responses=True)))

    system = System("market")
    system.service("worker", works, redis="redis", mongo="mongo")

    @system.story
    async def a_day(world):
        await world.passes(60)

    assert system.run(a_day).verdict == "holds"
    return said


@fixture(scope="module")
def here():
    return answers()


@mark.parametrize("hash_seed", ["0", "1", "2"])
def test_another_process_is_answered_in_the_same_order(here, hash_seed):
    assert len(here) == 3
    there = printed_by("tests.engine.servers.test_orders", hash_seed)
    for ours, others in zip(here, there, strict=True):
        for number, (one, other) in enumerate(zip(ours, others, strict=True)):
            assert one == other, ASKED[number]


def test_members_come_in_the_order_in_which_they_went_in():
    async def asks():
        async with fake_redis(decode_responses=True) as client:
            await client.sadd("s", *FRUIT)
            await client.srem("s", "plum")
            await client.sadd("s", "plum")
            return [*await client.smembers("s")], await client.sort("s", by="nosort")

    expected = [it for it in FRUIT if it != "plum"] + ["plum"]
    assert asyncio.run(asks()) == (expected, expected)


def test_a_set_in_order_is_a_set():
    made = SetInOrder(FRUIT)
    assert made == set(FRUIT)
    assert isinstance(made, set)
    assert [*(made & set(MORE))] == [it for it in FRUIT if it in MORE]
    assert [*(made | {"quince"})] == [*made.union(["quince"])] == [*FRUIT, "quince"]
    assert [*(made - {"apple"})] == [it for it in FRUIT if it != "apple"]
    made.add("quince")
    made.discard("pear")
    assert [*made] == [*FRUIT[1:], "quince"]
    assert made.pop() == "apple"
    assert repr(SetInOrder("ba")) == "{'b', 'a'}"
    assert repr(SetInOrder()) == "set()"
    with raises(KeyError):
        SetInOrder().pop()
    with raises(TypeError):
        made | ["a list"]


if __name__ == "__main__":
    print(json.dumps(answers()))
