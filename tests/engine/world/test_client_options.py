"""What is said to a driver when it is made is honoured, without meaning here, or refused."""

import asyncio

import pymongo
import pymongo.errors
import redis.asyncio
import redis.exceptions
from pymongo import ReadPreference, common
from pytest import fixture, mark, raises
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from boxoffice import System, fake_mongo, fake_redis, faults
from boxoffice.errors import NotSimulated
from boxoffice.servers.mongo import client_options
from boxoffice.servers.redis import client_options as redis_options


@fixture
def played():
    """Play one deed of a worker, with faults or without; return what it raised and has said."""

    def play(deed, *strikes):
        said = []

        async def works(_):
            said.append(await deed())

        system = System("yard")
        system.service("worker", works, mongo="store", redis="cache", nats="nats")

        @system.story(faults=strikes)
        async def a_day(world):
            await world.passes(600)

        return [it.message for it in system.run(a_day).violations], said

    return play


# --- MongoDB -------------------------------------------------------------------------------------


def test_every_option_that_pymongo_knows_is_one_of_the_three():
    taken = client_options._HONOURED | client_options._MEANINGLESS | set(client_options._USUAL)
    refused = {"auto_encryption_opts", "event_listeners", "server_selector", "type_registry"}
    assert set(common.VALIDATORS) - taken == refused
    assert not refused & taken


@mark.parametrize(
    ("url", "options"),
    [
        ("mongodb://store/?retryWrites=true&w=majority&appName=yard&tls=true", {}),
        ("mongodb://store", {"serverSelectionTimeoutMS": 500, "maxPoolSize": 3, "connect": False}),
        ("mongodb://store", {"read_preference": ReadPreference.PRIMARY, "document_class": dict}),
        ("mongodb://store", {"uuidRepresentation": "standard", "datetime_conversion": "DATETIME"}),
        ("mongodb://store/?readPreference=primaryPreferred&journal=true", {}),
    ],
)
def test_what_has_no_meaning_in_a_world_is_taken(played, url, options):
    async def deed():
        return await pymongo.AsyncMongoClient(url, **options).yard.notes.count_documents({})

    assert played(deed) == ([], [0])


@mark.parametrize(
    ("url", "options", "named"),
    [
        ("mongodb://store/?readPreference=secondary", {}, "readPreference"),
        ("mongodb://store/?w=0", {}, "w"),
        ("mongodb://store", {"w": 2}, "w"),
        ("mongodb://store", {"read_preference": ReadPreference.NEAREST}, "read_preference"),
        ("mongodb://store", {"readConcernLevel": "linearizable"}, "readConcernLevel"),
        ("mongodb://store", {"event_listeners": [object]}, "event_listeners"),
        ("mongodb://store", {"document_class": type("Mine", (dict,), {})}, "document_class"),
        ("mongodb://store", {"uuidRepresentation": "pythonLegacy"}, "uuidRepresentation"),
    ],
)
def test_what_would_change_an_answer_is_refused_by_name(played, url, options, named):
    async def deed():
        pymongo.AsyncMongoClient(url, **options)

    if named == "event_listeners":
        options = {"event_listeners": [pymongo.monitoring.CommandListener()]}
    [message], said = played(deed)
    assert f"AsyncMongoClient.{named} is not simulated" in message
    assert said == []


def test_what_stands_at_its_place_without_a_name_is_read_as_well(played):
    async def deed():
        pymongo.AsyncMongoClient("mongodb://store", 27017, type("Mine", (dict,), {}))

    [message], _ = played(deed)
    assert "AsyncMongoClient.document_class is not simulated" in message


def test_what_pymongo_does_not_know_is_its_own_error(played):
    async def deed():
        pymongo.AsyncMongoClient("mongodb://store", retryWriets=True)

    [message], _ = played(deed)
    assert "Unknown option: retryWriets" in message


LOSES = faults.lost_requests(of="find_one", at="store")


@mark.parametrize(
    ("url", "options", "after_s"),
    [
        ("mongodb://store/?socketTimeoutMS=1500", {}, 1.5),
        ("mongodb://store", {"socketTimeoutMS": 1500}, 1.5),
        ("mongodb://store/?socketTimeoutMS=1500", {"socketTimeoutMS": 200}, 0.2),
        ("mongodb://store", {"timeoutMS": 700, "socketTimeoutMS": 1500}, 0.7),
        ("mongodb://store", {"timeoutMS": None}, 5.0),
    ],
)
def test_an_answer_is_waited_for_as_long_as_was_said(played, url, options, after_s):
    async def deed():
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        with raises(pymongo.errors.NetworkTimeout):
            await pymongo.AsyncMongoClient(url, **options).yard.notes.find_one({})
        return round(loop.time() - begun_s, 3)

    assert played(deed, LOSES) == ([], [after_s])


def test_an_answer_that_is_late_is_not_waited_for_longer(played):
    async def deed():
        client = pymongo.AsyncMongoClient("mongodb://store", socketTimeoutMS=300)
        with raises(pymongo.errors.NetworkTimeout):
            await client.yard.notes.insert_one({"_id": 1})
        await asyncio.sleep(10)
        return await client.yard.notes.count_documents({})

    late = faults.slow_calls(by_s=4.0, of="insert_one", at="store")
    assert played(deed, late) == ([], [1])


def test_without_a_limit_a_silent_server_is_noticed_by_tcp(played):
    async def deed():
        loop = asyncio.get_running_loop()
        begun_s = loop.time()
        with raises(pymongo.errors.NetworkTimeout):
            await pymongo.AsyncMongoClient("mongodb://store", socketTimeoutMS=0).a.b.find_one({})
        return loop.time() - begun_s

    assert played(deed, LOSES) == ([], [210.0])


def test_a_fake_alone_takes_the_same_options():
    async def story():
        async with fake_mongo(tz_aware=True, w="majority", retryWrites=True) as client:
            await client.yard.notes.insert_one({"_id": 1})
        with raises(NotSimulated, match=r"AsyncMongoClient\.readPreference is not simulated"):
            async with fake_mongo(readPreference="secondary"):
                pass
        with raises(pymongo.errors.ConfigurationError, match="Unknown option: tz_awear"):
            async with fake_mongo(tz_awear=True):
                pass

    asyncio.run(story())


def test_reads_from_elsewhere_are_refused_wherever_they_are_asked_for():
    async def story():
        async with fake_mongo() as client:
            elsewhere = {"read_preference": ReadPreference.SECONDARY}
            for asked in (
                lambda: client.get_database("yard", **elsewhere),
                lambda: client.yard.with_options(**elsewhere),
                lambda: client.yard.get_collection("notes", **elsewhere),
                lambda: client.yard.notes.with_options(**elsewhere),
            ):
                with raises(NotSimulated, match="all reads go to the primary"):
                    asked()
            with raises(NotSimulated, match=r"WriteConcern\.w=0"):
                client.yard.notes.with_options(write_concern=pymongo.WriteConcern(0))

    asyncio.run(story())


# --- Redis ---------------------------------------------------------------------------------------

NOT_AGAIN = Retry(NoBackoff(), 0)


def test_every_option_that_redis_py_knows_is_one_of_the_three():
    taken = redis_options._HONOURED | redis_options._MEANINGLESS
    refused = {"connection_pool", "parser_class", "redis_connect_func", "self"}
    known = {it for it in redis_options._KNOWN if not it.startswith("ssl_")}
    assert known - taken == refused
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
