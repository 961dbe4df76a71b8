"""What is asked of a collection as a whole: stages, values, counts, indexes, names, cursors."""

from datetime import UTC, datetime

from bson import CodecOptions
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.errors import InvalidOperation, OperationFailure
from pytest import raises

SHELVES = [
    {"_id": "a", "kind": "book", "left": 3, "tags": ["new", "red"]},
    {"_id": "b", "kind": "book", "left": 0, "tags": ["red"]},
    {"_id": "c", "kind": "map", "left": 7, "tags": []},
]


async def filled(place):
    await place.documents.insert_many([dict(it) for it in SHELVES])
    return place.documents


def test_documents_go_through_stages(told):
    async def story(place):
        documents = await filled(place)
        stages = [
            {"$match": {"left": {"$gt": -1}}},
            {"$group": {"_id": "$kind", "left": {"$sum": "$left"}, "most": {"$max": "$left"}}},
            {"$sort": {"_id": 1}},
        ]
        cursor = await documents.aggregate(stages)
        return await cursor.to_list()

    assert told(story) == [
        {"_id": "book", "left": 3, "most": 3},
        {"_id": "map", "left": 7, "most": 7},
    ]


def test_a_list_is_unwound_and_joined(told):
    async def story(place):
        documents = await filled(place)
        await place.database["tags"].insert_many([{"_id": "red", "shown": "Red"}])
        stages = [
            {"$unwind": "$tags"},
            {"$lookup": {"from": "tags", "localField": "tags", "foreignField": "_id", "as": "tag"}},
            {"$match": {"tag.shown": "Red"}},
            {"$project": {"_id": 1, "tags": 1}},
            {"$sort": {"_id": -1}},
            {"$limit": 5},
        ]
        return [it async for it in await documents.aggregate(stages)]

    assert told(story) == [{"_id": "b", "tags": "red"}, {"_id": "a", "tags": "red"}]


def test_values_are_listed_once(told):
    async def story(place):
        documents = await filled(place)
        kinds = sorted(await documents.distinct("kind"))
        tags = sorted(await documents.distinct("tags", {"left": {"$gt": 0}}))
        return kinds, tags

    assert told(story) == (["book", "map"], ["new", "red"])


def test_documents_are_counted_and_estimated(told):
    async def story(place):
        documents = await filled(place)
        exact = await documents.count_documents({"kind": "book"}, skip=1, limit=5)
        return exact, await documents.estimated_document_count()

    assert told(story) == (1, 3)


def test_indexes_are_made_told_and_dropped(told):
    async def story(place):
        documents = await filled(place)
        models = [IndexModel([("kind", 1), ("left", -1)]), IndexModel("left", name="by_left")]
        names = await documents.create_indexes(models)
        one = await documents.create_index([("tags", DESCENDING)], sparse=True)
        before = await documents.index_information()
        listed = [it["name"] for it in await (await documents.list_indexes()).to_list()]
        await documents.drop_index("by_left")
        await documents.drop_index([("tags", DESCENDING)])
        with raises(OperationFailure):
            await documents.drop_index("nowhere")
        after = await documents.index_information()
        await documents.drop_indexes()
        return names, one, before, listed, list(after), list(await documents.index_information())

    names, one, before, listed, after, last = told(story)
    assert (names, one) == (["kind_1_left_-1", "by_left"], "tags_-1")
    assert {name: list(it["key"]) for name, it in before.items()} == {
        "_id_": [("_id", ASCENDING)],
        "kind_1_left_-1": [("kind", 1), ("left", -1)],
        "by_left": [("left", 1)],
        "tags_-1": [("tags", -1)],
    }
    assert before["tags_-1"]["sparse"]
    assert sorted(listed) == sorted(before)
    assert (after, last) == (["_id_", "kind_1_left_-1"], ["_id_"])


def test_what_a_dropped_index_forbade_is_allowed(told):
    async def story(place):
        documents = await filled(place)
        name = await documents.create_index("left", unique=True)
        await documents.drop_index(name)
        await documents.insert_one({"_id": "d", "left": 3})
        return await documents.count_documents({"left": 3})

    assert told(story) == 2


def test_a_collection_that_is_dropped_is_empty_and_has_no_name(told):
    async def story(place):
        documents = await filled(place)
        await documents.create_index("left")
        names = await place.database.list_collection_names()
        await documents.drop()
        gone = await place.database.list_collection_names()
        await documents.insert_one({"_id": "a"})
        return names, gone, list(await documents.index_information())

    assert told(story) == (["documents"], [], ["_id_"])


def test_names_lead_from_a_client_to_a_collection_and_back(told):
    async def story(place):
        client, name = place.clients[0], place.name
        database = client.get_database(name)
        same = database == client[name] == getattr(client, name), database.client is client
        documents = database.get_collection("documents")
        alike = documents == database["documents"] == database.documents
        deeper = documents.lines == database["documents.lines"], documents["lines"].name
        found = documents.name, documents.full_name == f"{name}.documents", documents.database.name
        return same, alike, deeper, found == ("documents", True, name)

    assert told(story) == ((True, True), True, (True, "documents.lines"), True)


def test_neither_a_database_nor_a_collection_is_true_or_a_function(told):
    async def story(place):
        for thing in (place.database, place.documents):
            with raises(NotImplementedError, match="None"):
                bool(thing)
        with raises(TypeError, match="no such method"):
            place.documents.insert_these([])
        with raises(AttributeError, match="_private"):
            _ = place.database._private

    told(story)


def test_times_come_back_with_a_zone_where_that_is_asked_for(told):
    noon = datetime(2026, 1, 1, 12, tzinfo=UTC)

    async def story(place):
        await place.documents.insert_one({"_id": "a", "at": noon, "all": [{"at": noon}]})
        aware = place.documents.with_options(codec_options=CodecOptions(tz_aware=True))
        stages = [{"$project": {"at": 1}}]
        return (
            await place.documents.find_one("a"),
            await aware.find_one("a"),
            await aware.find().to_list(),
            await (await aware.aggregate(stages)).to_list(),
            await aware.distinct("at"),
            await aware.find_one_and_delete({"_id": "a"}),
        )

    bare = noon.replace(tzinfo=None)
    plain, one, all_of_them, staged, values, deleted = told(story)
    assert plain == {"_id": "a", "at": bare, "all": [{"at": bare}]}
    assert one == deleted == {"_id": "a", "at": noon, "all": [{"at": noon}]}
    assert (all_of_them, staged, values) == ([one], [{"_id": "a", "at": noon}], [noon])


# --- cursors ---------------------------------------------------------------------------------


def test_a_cursor_is_ordered_cut_and_walked(told):
    async def story(place):
        documents = await filled(place)
        cursor = documents.find({}, {"_id": 1}).sort([("kind", -1), ("left", 1)])
        cursor = cursor.skip(1).limit(2).batch_size(1)
        walked = [it["_id"] async for it in cursor]
        left = [it["_id"] for it in await documents.find().sort("left", -1).to_list(2)]
        return walked, left

    assert told(story) == (["b", "a"], ["c", "a"])


def test_a_cursor_gives_one_after_the_other_and_then_ends(told):
    async def story(place):
        documents = await filled(place)
        cursor = documents.find(sort=[("_id", 1)], limit=2)
        first, second = await cursor.next(), await anext(cursor)
        with raises(StopAsyncIteration):
            await cursor.next()
        return first["_id"], second["_id"], cursor.alive

    assert told(story) == ("a", "b", False)


def test_the_cursor_of_stages_gives_none_at_its_end(told):
    async def story(place):
        documents = await filled(place)
        async with await documents.aggregate([{"$match": {"kind": "map"}}]) as cursor:
            first, last = await cursor.try_next(), await cursor.try_next()
        return first["_id"], last

    assert told(story) == ("c", None)


def test_a_cursor_can_be_copied_and_wound_back(told):
    async def story(place):
        documents = await filled(place)
        async with documents.find().sort("_id") as cursor:
            first = await cursor.next()
            again = await cursor.clone().next()
            await cursor.rewind()
            back = await cursor.to_list()
        return first == again, len(back)

    assert told(story) == (True, 3)


def test_a_cursor_under_way_is_not_ordered_any_more(told):
    async def story(place):
        cursor = (await filled(place)).find()
        await cursor.next()
        for change in (cursor.sort, cursor.limit, cursor.skip, cursor.batch_size):
            with raises(InvalidOperation):
                change(1) if change != cursor.sort else change("left")

    told(story)
