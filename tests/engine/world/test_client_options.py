"""What is said to a driver when it is made is honoured, without meaning here, or refused."""

import asyncio

import nats
import nats.errors
import pymongo
import pymongo.errors
import redis.asyncio
import redis.exceptions
from pymongo import ReadPreference, common
from pytest import fixture, mark, raises
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from boxoffice import System, fake_jetstream, fake_mongo, fake_redis, faults
from boxoffice.errors import NotSimulated
from boxoffice.servers.jetstream import client_options as nats_options
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


# --- NATS ----------------------------------------------------------------------------------------


def test_every_option_that_nats_py_knows_is_one_of_the_three():
    taken = nats_options._HONOURED | nats_options._MEANINGLESS
    refused = {"no_echo", "reconnect_to_server_handler", "self", "skip_subject_validation"}
    assert set(nats_options.KNOWN) - taken == refused
    assert not refused & taken


@fixture
def away():
    """Have NATS go away for some seconds; return what a connection with options has noticed."""

    def play(down_s, **options):
        noted = []

        async def works(_):
            loop = asyncio.get_running_loop()

            def telling(what):
                async def tell(*error):
                    noted.append((what, round(loop.time())))

                return tell

            told = ("disconnected", "reconnected", "closed")
            callbacks = {f"{it}_cb": telling(it) for it in told}
            connection = await nats.connect("nats://nats", **callbacks, **options)
            while not connection.is_closed:
                try:
                    await connection.flush(timeout=60)
                except nats.errors.ConnectionClosedError:
                    noted.append(("refused", round(loop.time())))
                except nats.errors.TimeoutError:
                    pass
                await asyncio.sleep(0.1)

        system = System("yard")
        system.service("worker", works, nats="nats")

        @system.story()
        async def a_day(world):
            await world.passes(10)
            world.crash("nats", down_s=down_s)
            await world.passes(300)

        assert [it.message for it in system.run(a_day).violations] == []
        return noted

    return play


def test_who_asks_is_told_of_the_connection(away):
    assert away(7.0) == [("disconnected", 10), ("reconnected", 18)]


def test_a_connection_waits_as_long_as_was_said_between_two_attempts(away):
    assert away(7.0, reconnect_time_wait=5) == [("disconnected", 10), ("reconnected", 20)]


def test_a_connection_that_may_not_reconnect_closes(away):
    noted = away(7.0, allow_reconnect=False)
    assert noted[:2] == [("disconnected", 10), ("closed", 10)]
    assert noted[2:] == [("refused", 12)]


def test_a_connection_closes_after_as_many_attempts_as_were_said(away):
    noted = away(200.0, max_reconnect_attempts=3)
    assert [it for it, _ in noted] == ["disconnected", "disconnected", "closed", "refused"]
    assert noted[2] == ("closed", 16)


def test_by_itself_nats_py_gives_up_after_sixty_attempts(away):
    assert ("closed", 130) in away(200.0)
    assert away(200.0, max_reconnect_attempts=-1) == [("disconnected", 10), ("reconnected", 210)]


def test_errors_are_told_to_whoever_asks(played):
    told = []

    async def deed():
        async def hears(error):
            told.append(str(error))

        async def fails(message):
            raise LookupError("no such parcel")

        there = await nats.connect("nats://nats", error_cb=hears)
        await there.subscribe("parcels", cb=fails)
        await there.publish("parcels")
        await asyncio.sleep(1)

    assert played(deed) == ([], [None])
    assert told == ["no such parcel"]


def test_replies_come_where_was_said(played):
    async def deed():
        there = await nats.connect("nats://nats", inbox_prefix="_YARD", name="yard", user="me")
        return there.new_inbox().startswith("_YARD.")

    assert played(deed) == ([], [True])


def test_what_would_change_what_a_nats_connection_does_is_refused_by_name(played):
    async def deed():
        await nats.connect("nats://nats", no_echo=True)

    [message], _ = played(deed)
    assert "NATS.connect.no_echo is not simulated" in message

    async def mistypes():
        await nats.connect("nats://nats", max_reconnects=3)

    [message], _ = played(mistypes)
    assert "unexpected keyword argument 'max_reconnects'" in message


def test_a_fake_jetstream_alone_takes_the_same_options():
    async def story():
        told = []

        async def hears():
            told.append("closed")

        async with fake_jetstream(closed_cb=hears, max_reconnect_attempts=3) as connection:
            await connection.flush()
        with raises(NotSimulated, match=r"NATS\.connect\.no_echo is not simulated"):
            async with fake_jetstream(no_echo=True):
                pass
        return told

    assert asyncio.run(story()) == ["closed"]
