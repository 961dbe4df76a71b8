"""What is said to PyMongo's client is honoured, without meaning here, or refused."""

import asyncio

import pymongo
import pymongo.errors
from pymongo import ReadPreference, common
from pytest import mark, raises

from boxoffice import fake_mongo, faults
from boxoffice.errors import NotSimulated
from boxoffice.servers.mongo import client_options


def test_every_option_that_pymongo_knows_is_one_of_the_three():
    taken = client_options._HONOURED | client_options._MEANINGLESS | set(client_options._USUAL)
    refused = {"auto_encryption_opts", "event_listeners", "server_selector", "type_registry"}
    assert set(common.VALIDATORS) - taken <= refused
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


def test_a_block_with_a_time_limit_has_it_in_virtual_time(played):
    async def deed():
        loop = asyncio.get_running_loop()
        notes, begun_s = pymongo.AsyncMongoClient("mongodb://store").yard.notes, loop.time()
        with pymongo.timeout(2.0):
            await asyncio.sleep(0.5)
            with raises(pymongo.errors.NetworkTimeout):
                await notes.find_one({})
        return round(loop.time() - begun_s, 3), await notes.count_documents({})

    assert played(deed, LOSES) == ([], [(2.0, 0)])
