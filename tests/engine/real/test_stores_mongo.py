"""What the served MongoDB does for a driver, beyond what conformance tests compare."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from pymongo import ASCENDING, MongoClient, ReturnDocument
from pymongo.errors import DuplicateKeyError
from pymongo.write_concern import WriteConcern
from pytest import mark, raises

from tests.engine.real.mongo_bench import code, played, shop, told

RACERS = 5
NUMBERS = [{"_id": number, "even": number % 2 == 0} for number in range(7)]


def test_one_document_is_changed_replaced_and_removed_as_it_is_found():
    async def story(database, clock):
        numbers = database["numbers"]
        await numbers.insert_many([dict(each) for each in NUMBERS])
        last = [("_id", -1)]
        changed = await numbers.find_one_and_update({}, {"$set": {"even": None}}, sort=last)
        replaced = await numbers.find_one_and_replace(
            {}, {"new": 1}, sort=last, return_document=ReturnDocument.AFTER
        )
        removed = await numbers.find_one_and_delete({}, {"new": 1}, sort=last)
        nothing = await numbers.find_one_and_delete({"_id": "none"})
        return changed, replaced, removed, nothing, await numbers.count_documents({})

    after = {"_id": 6, "new": 1}
    assert told(story) == (NUMBERS[6], after, after, None, 6)


def test_a_change_of_what_is_found_that_takes_a_used_value_is_refused():
    async def story(database, clock):
        await database["users"].create_index("email", unique=True)
        await database["users"].insert_many([{"_id": "a", "email": "x"}, {"_id": "b"}])
        with raises(DuplicateKeyError) as refused:
            await database["users"].find_one_and_update({"_id": "b"}, {"$set": {"email": "x"}})
        return refused.value.details["keyValue"], await database["users"].find_one({"_id": "b"})

    assert told(story) == ({"email": "x"}, {"_id": "b"})


def test_what_has_expired_is_gone():
    async def story(database, clock):
        failures = database["failures"]
        await failures.create_index("until", expireAfterSeconds=60)
        await failures.insert_one({"_id": "k", "until": clock.now()})
        seen = []
        for seconds in (59, 2):
            clock.pass_(seconds=seconds)
            seen.append(await failures.find_one({"_id": "k"}) is not None)
        return seen, await failures.count_documents({})

    assert told(story) == ([True, False], 0)


def test_of_threads_with_connections_of_their_own_one_gets_the_ticket():
    def order(url, number):
        with MongoClient(url) as client:
            try:
                client["shop"]["orders"].insert_one({"_id": number, "held_ticket": "t"})
            except DuplicateKeyError:
                return None
        return number

    async def story(url, clock):
        async with shop(url) as database:
            await database["orders"].create_index("held_ticket", unique=True, sparse=True)
            with ThreadPoolExecutor(RACERS) as threads:
                loop = asyncio.get_running_loop()
                racing = [loop.run_in_executor(threads, order, url, n) for n in range(RACERS)]
                outcomes = await asyncio.gather(*racing)
            return outcomes, await database["orders"].find({}).to_list()

    outcomes, kept = played(story)
    [winner] = [each for each in outcomes if each is not None]
    assert kept == [{"_id": winner, "held_ticket": "t"}]


def test_an_unacknowledged_write_is_done():
    async def story(database, clock):
        quiet = database.get_collection("tickets", write_concern=WriteConcern(w=0))
        made = await quiet.insert_one({"_id": "t"})
        # One client uses one connection, as long as it does one thing after the other.
        return made.acknowledged, await database["tickets"].find_one()

    assert told(story) == (False, {"_id": "t"})


# --- databases, collections, indexes ---------------------------------------------------------


def test_databases_and_collections_are_listed_and_dropped():
    async def story(database, clock):
        client = database.client
        for name in ("auth", "orders"):
            await client[name]["things"].insert_one({"_id": name})
        await client["orders"].create_collection("empty")
        before = await client.list_database_names(), await client["orders"].list_collection_names()
        there = await client["orders"].list_collection_names(filter={"name": "empty"})
        await client["orders"].drop_collection("empty")
        await client["orders"].drop_collection("never")
        left = await client["orders"].list_collection_names()
        await client.drop_database("orders")
        after = await client.list_database_names()
        return before, there, left, after, await client["orders"]["things"].find_one()

    before, there, left, after, found = told(story)
    assert before == (["auth", "orders"], ["things", "empty"])
    assert (there, left, after, found) == (["empty"], ["things"], ["auth"], None)


# mongomock speaks to its own generator in a way that Python has given up (3.12).
@mark.filterwarnings("ignore:the .type, exc, tb. signature of throw:DeprecationWarning")
def test_an_index_is_listed_replaced_by_no_other_and_dropped():
    async def story(database, clock):
        users = database["users"]
        listed = [await users.index_information()]
        await users.create_index("email", unique=True)
        conflict = await code(users.create_index([("email", ASCENDING)], name="email_1"))
        await users.insert_one({"email": "x"})
        listed.append(await users.index_information())
        await users.drop_index("email_1")
        missing = await code(users.drop_index("never"))
        await users.insert_one({"email": "x"})
        late = await code(users.create_index("email", unique=True))
        return listed, conflict, missing, late

    listed, conflict, missing, late = told(story)
    assert listed[0] == {}
    assert sorted(listed[1]) == ["_id_", "email_1"]
    assert listed[1]["email_1"]["unique"] is True
    assert (conflict, missing, late) == (86, 27, 11000)


def test_the_four_databases_of_the_shop_know_nothing_of_each_other():
    async def story(database, clock):
        client = database.client
        for name in ("auth", "tickets", "orders", "payments"):
            await client[name]["documents"].insert_one({"_id": "same", "of": name})
        return [
            (await client[name]["documents"].find_one())["of"]
            for name in ("auth", "tickets", "orders", "payments")
        ]

    assert told(story) == ["auth", "tickets", "orders", "payments"]


def test_the_first_index_makes_its_collection_and_says_so():
    fields = ("numIndexesBefore", "numIndexesAfter", "createdCollectionAutomatically")

    async def story(database, clock):
        ask = {"createIndexes": "users", "indexes": [{"key": {"email": 1}, "name": "email_1"}]}
        said = [await database.command(ask) for _ in range(2)]
        return [tuple(each[field] for field in fields) for each in said]

    assert told(story) == [(1, 2, True), (2, 2, False)]
