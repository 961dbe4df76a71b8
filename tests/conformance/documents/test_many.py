"""Several documents in one call: what is done of it, in which order, and what the answer says."""

from pymongo import (
    DeleteMany,
    DeleteOne,
    InsertOne,
    ReplaceOne,
    ReturnDocument,
    UpdateMany,
    UpdateOne,
)
from pymongo.errors import BulkWriteError
from pytest import mark, raises

SHELVES = [
    {"_id": "a", "kind": "book", "left": 3},
    {"_id": "b", "kind": "book", "left": 0},
    {"_id": "c", "kind": "map", "left": 7},
]


async def filled(place):
    await place.documents.insert_many([dict(it) for it in SHELVES])
    return place.documents


async def kept(documents):
    return await documents.find().sort("_id").to_list()


def test_many_are_inserted_in_their_order(told):
    async def story(place):
        done = await place.documents.insert_many([dict(it) for it in SHELVES])
        return done.inserted_ids, done.acknowledged, await kept(place.documents)

    assert told(story) == (["a", "b", "c"], True, SHELVES)


def test_ids_are_made_for_those_that_have_none(told):
    async def story(place):
        sent = [{"n": 1}, {"n": 2}]
        done = await place.documents.insert_many(sent)
        return done.inserted_ids == [it["_id"] for it in sent], len(set(done.inserted_ids))

    assert told(story) == (True, 2)


@mark.parametrize(("ordered", "there"), [(True, ["a", "x"]), (False, ["a", "x", "y"])])
def test_what_was_inserted_before_a_duplicate_stays(told, ordered, there):
    async def story(place):
        await place.documents.insert_one({"_id": "a"})
        sent = [{"_id": "x"}, {"_id": "a"}, {"_id": "y"}]
        with raises(BulkWriteError) as refused:
            await place.documents.insert_many(sent, ordered=ordered)
        [error] = refused.value.details["writeErrors"]
        ids = [it["_id"] for it in await kept(place.documents)]
        return ids, error["index"], error["code"], error["op"]["_id"]

    assert told(story) == (there, 1, 11000, "a")


@mark.differs("mongo-java-server", "it counts what was sent")
def test_only_what_was_inserted_is_counted(told):
    async def story(place):
        await place.documents.insert_one({"_id": "a"})
        with raises(BulkWriteError) as refused:
            await place.documents.insert_many([{"_id": "x"}, {"_id": "a"}, {"_id": "y"}])
        return refused.value.details["nInserted"]

    assert told(story) == 1


def test_nothing_to_insert_is_a_mistake(told):
    async def story(place):
        with raises(TypeError, match="non-empty"):
            await place.documents.insert_many([])

    told(story)


def test_all_that_match_are_updated(told):
    async def story(place):
        documents = await filled(place)
        done = await documents.update_many({"kind": "book"}, {"$inc": {"left": 1}})
        none = await documents.update_many({"kind": "pen"}, {"$inc": {"left": 1}})
        left = [it["left"] for it in await kept(documents)]
        return done.matched_count, done.modified_count, none.matched_count, left

    assert told(story) == (2, 2, 0, [4, 1, 7])


def test_an_update_of_many_may_insert_one(told):
    async def story(place):
        done = await place.documents.update_many({"_id": "n"}, {"$set": {"left": 1}}, upsert=True)
        return done.upserted_id, await kept(place.documents)

    assert told(story) == ("n", [{"_id": "n", "left": 1}])


def test_all_that_match_are_deleted(told):
    async def story(place):
        documents = await filled(place)
        done = await documents.delete_many({"kind": "book"})
        return done.deleted_count, await kept(documents)

    assert told(story) == (2, SHELVES[2:])


def test_the_first_in_an_order_is_taken_away_and_returned(told):
    async def story(place):
        documents = await filled(place)
        most = await documents.find_one_and_delete({}, sort=[("left", -1)])
        none = await documents.find_one_and_delete({"kind": "map"})
        return most, none, await kept(documents)

    assert told(story) == (SHELVES[2], None, SHELVES[:2])


@mark.parametrize("projection", [{"_id": 0, "left": 1}, {"kind": 0, "_id": 0}])
def test_what_is_shown_has_no_say_in_what_is_taken(told, projection):
    async def story(place):
        documents = await filled(place)
        shown = await documents.find_one_and_delete(
            {"kind": "book"}, projection, sort=[("left", 1)]
        )
        changed = await documents.find_one_and_update(
            {}, {"$set": {"left": 9}}, projection, sort=[("left", -1)]
        )
        return shown, changed, [(it["_id"], it["left"]) for it in await kept(documents)]

    assert told(story) == ({"left": 0}, {"left": 7}, [("a", 3), ("c", 9)])


@mark.parametrize(
    ("when", "shown"), [(ReturnDocument.BEFORE, SHELVES[0]), (ReturnDocument.AFTER, {"_id": "a"})]
)
def test_a_document_is_replaced_and_returned_as_it_was_or_is(told, when, shown):
    async def story(place):
        documents = await filled(place)
        found = await documents.find_one_and_replace({"_id": "a"}, {}, return_document=when)
        return found, await documents.find_one("a")

    assert told(story) == (shown, {"_id": "a"})


def test_a_replacement_of_nothing_may_be_inserted(told):
    async def story(place):
        made = await place.documents.find_one_and_replace(
            {"_id": "n"}, {"left": 1}, upsert=True, return_document=ReturnDocument.AFTER
        )
        nothing = await place.documents.find_one_and_replace({"_id": "m"}, {"left": 1})
        return made, nothing

    assert told(story) == ({"_id": "n", "left": 1}, None)


def test_writes_of_all_kinds_are_one_batch(told):
    async def story(place):
        documents = await filled(place)
        done = await documents.bulk_write(
            [
                InsertOne({"_id": "d", "kind": "pen", "left": 1}),
                UpdateOne({"_id": "a"}, {"$inc": {"left": -1}}),
                UpdateOne({"_id": "e"}, {"$set": {"left": 5}}, upsert=True),
                UpdateMany({"kind": "book"}, {"$set": {"kind": "novel"}}),
                ReplaceOne({"_id": "c"}, {"kind": "atlas"}),
                DeleteOne({"_id": "b"}),
                DeleteMany({"kind": "pen"}),
            ]
        )
        counts = done.inserted_count, done.matched_count, done.modified_count, done.deleted_count
        return counts, done.upserted_count, done.upserted_ids, await kept(documents)

    counts, upserted, ids, left = told(story)
    assert (counts, upserted, ids) == ((1, 4, 4, 2), 1, {2: "e"})
    assert left == [
        {"_id": "a", "kind": "novel", "left": 2},
        {"_id": "c", "kind": "atlas"},
        {"_id": "e", "left": 5},
    ]


@mark.parametrize(("ordered", "left"), [(True, 4), (False, 5)])
def test_an_ordered_batch_ends_at_its_first_error(told, ordered, left):
    async def story(place):
        documents = await filled(place)
        more = UpdateOne({"_id": "a"}, {"$inc": {"left": 1}})
        with raises(BulkWriteError) as refused:
            await documents.bulk_write([more, InsertOne({"_id": "b"}), more], ordered=ordered)
        told = refused.value.details
        [error] = told["writeErrors"]
        found = await documents.find_one("a")
        return error["index"], error["code"], told["nModified"], found["left"]

    assert told(story) == (1, 11000, left - 3, left)
