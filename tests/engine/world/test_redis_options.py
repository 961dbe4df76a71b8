"""What is said to redis-py's client is honoured, without meaning here, or refused."""

import asyncio
from datetime import UTC, datetime

import redis.asyncio
import redis.exceptions
from pytest import mark, raises
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from boxoffice import System, fake_redis, faults
from boxoffice.errors import NotSimulated
from boxoffice.servers.redis import client_options

NOT_AGAIN = Retry(NoBackoff(), 0)


def test_every_option_that_redis_py_knows_is_one_of_the_three():
    taken = client_options._HONOURED | client_options._MEANINGLESS
    refused = {"connection_pool", "parser_class", "redis_connect_func", "self"}
    known = {it for it in client_options._KNOWN if not it.startswith("ssl_")}
    assert known - taken <= refused
    assert not refused & taken


@mark.parametrize("how", ["handed in", "by name"])
def test_a_client_tries_again_wherever_it_comes_from(how):
    said = []

    async def works(drivers):
        there = drivers.redis if how == "handed in" else redis.asyncio.Redis(host="cache")
        said.append(await there.incr("a"))

    system = System("yard")
    system.service("worker", works, redis="cache")

    @system.story(faults=[faults.lost_responses(of="incrby", nth=[1])])
    async def a_day(world):
        await world.passes(60)

    assert [it.message for it in system.run(a_day).violations] == []
    assert said == [2]


@mark.parametrize(
    ("options", "after_s"),
    [
        ({}, 5.0),
        ({"socket_timeout": 0.4}, 0.4),
        ({"socket_timeout": 8}, 8.0),
        ({"socket_timeout": None}, 210.0),
    ],
)
def test_redis_waits_for_an_answer_as_long_as_was_said(played, options, after_s):
    async def deed():
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        with raises(redis.exceptions.TimeoutError):
            await redis.asyncio.Redis(host="cache", retry=NOT_AGAIN, **options).get("a")
        return round(loop.time() - begun_s, 3)

    assert played(deed, faults.lost_requests(of="get", at="cache")) == ([], [after_s])


def test_what_has_no_meaning_for_redis_in_a_world_is_taken(played):
    async def deed():
        said = {"password": "x", "health_check_interval": 30, "client_name": "yard", "protocol": 2}
        async with redis.asyncio.Redis(host="cache", ssl=True, **said) as there:
            return await there.set("a", "1")

    assert played(deed) == ([], [True])


def test_what_would_change_what_a_connection_does_is_refused_by_name(played):
    async def greets(connection):
        pass

    async def deed():
        redis.asyncio.Redis(host="cache", redis_connect_func=greets)

    [message], _ = played(deed)
    assert "redis redis_connect_func is not simulated" in message


def test_a_fake_redis_alone_takes_the_same_options():
    async def story():
        async with fake_redis(decode_responses=True, socket_timeout=1, password="x") as client:
            await client.set("a", "1")
            assert await client.get("a") == "1"
        with raises(NotSimulated, match="redis redis_connect_func is not simulated"):
            async with fake_redis(redis_connect_func=lambda it: None):
                pass
        with raises(TypeError, match="unexpected keyword argument 'decode_respones'"):
            async with fake_redis(decode_respones=True):
                pass

    asyncio.run(story())


def test_an_answer_of_redis_that_is_late_is_not_waited_for_longer(played):
    async def deed():
        there = redis.asyncio.Redis(host="cache", retry=NOT_AGAIN, socket_timeout=0.3)
        with raises(redis.exceptions.TimeoutError):
            await there.set("a", "1")
        await asyncio.sleep(10)
        return await there.get("a")

    late = faults.slow_calls(by_s=4.0, of="set", at="cache")
    assert played(deed, late) == ([], [b"1"])


def test_a_client_that_is_handed_in_may_be_told_as_well():
    said = []

    async def works(drivers):
        there = drivers.client("redis", decode_responses=True, socket_timeout=0.4, retry=NOT_AGAIN)
        loop = asyncio.get_running_loop()
        await there.set("a", "1")
        begun_s = loop.time()
        with raises(redis.exceptions.TimeoutError):
            await there.incr("a")
        said.extend([await there.get("a"), round(loop.time() - begun_s, 1)])
        notes = drivers.client("mongo", tz_aware=True)["yard"]["notes"]
        await notes.insert_one({"_id": 1, "at": datetime(2030, 1, 1, tzinfo=UTC)})
        said.append((await notes.find_one({}))["at"].tzinfo is not None)
        with raises(NotSimulated, match="no_echo"):
            drivers.client("nats", no_echo=True)
        with raises(LookupError, match="'postgres' is none of mongo, nats, redis"):
            drivers.client("postgres")

    system = System("yard")
    system.service("worker", works, redis="cache", mongo="store", nats="nats")

    @system.story(faults=[faults.lost_requests(of="incrby", at="cache")])
    async def a_day(world):
        await world.passes(60)

    assert [it.message for it in system.run(a_day).violations] == []
    assert said == ["1", 0.4, True]
