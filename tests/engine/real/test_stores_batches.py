"""Commands about many documents: cursors, bulks, pipelines."""

from pymongo import DeleteMany, InsertOne, UpdateOne
from pymongo.errors import BulkWriteError, CursorNotFound
from pytest import raises

from tests.engine.real.mongo_bench import code, told

NUMBERS = [{"_id": number, "even": number % 2 == 0} for number in range(7)]


def test_a_long_answer_comes_in_batches_of_the_size_asked_for():
    async def story(database, clock):
        await database["tickets"].insert_many([{"_id": number} for number in range(250)])
        ask = {"find": "tickets", "batchSize": 100, "sort": {"_id": -1}}
        cursor = (await database.command(ask))["cursor"]
        sizes, ids = [], []
        while True:
            batch = cursor.get("firstBatch", cursor.get("nextBatch"))
            sizes.append(len(batch))
            ids += [each["_id"] for each in batch]
            if not cursor["id"]:
                return sizes, ids
            more = {"getMore": cursor["id"], "collection": "tickets", "batchSize": 100}
            cursor = (await database.command(more))["cursor"]

    sizes, ids = told(story)
    assert sizes == [100, 100, 50]
    assert ids == list(range(249, -1, -1))


def test_a_batch_is_no_larger_than_a_message_may_be():
    async def story(database, clock):
        for number in range(3):
            await database["blobs"].insert_one({"_id": number, "blob": bytes(7 * 1024 * 1024)})
        first = (await database.command({"find": "blobs"}))["cursor"]
        found = await database["blobs"].find({}, batch_size=3).to_list()
        return len(first["firstBatch"]), len(found)

    assert told(story) == (2, 3)


def test_a_cursor_shows_what_was_there_when_it_was_opened():
    async def story(database, clock):
        await database["tickets"].insert_many([dict(each) for each in NUMBERS])
        async with database["tickets"].find({}, batch_size=2) as cursor:
            first = await anext(cursor)
            await database["tickets"].delete_many({})
            return 1 + len(await cursor.to_list()), first

    assert told(story) == (7, NUMBERS[0])


async def opened(database):
    await database["tickets"].insert_many([dict(each) for each in NUMBERS])
    cursor = (await database.command({"find": "tickets", "batchSize": 1}))["cursor"]
    return {"getMore": cursor["id"], "collection": "tickets"}


def test_a_cursor_that_was_killed_is_gone():
    async def story(database, clock):
        more = await opened(database)
        kill = {"killCursors": "tickets", "cursors": [more["getMore"], 99]}
        said = await database.command(kill)
        with raises(CursorNotFound):
            await database.command(more)
        return said["cursorsKilled"] == [more["getMore"]], said["cursorsNotFound"]

    assert told(story) == (True, [99])


def test_a_cursor_belongs_to_its_collection():
    async def story(database, clock):
        more = await opened(database)
        return await code(database.command(more | {"collection": "orders"}))

    assert told(story) == 43


def test_a_cursor_that_nobody_uses_is_forgotten():
    async def story(database, clock):
        more = await opened(database)
        clock.pass_(minutes=11)
        await opened_again(database)
        return await code(database.command(more))

    async def opened_again(database):
        await database.command({"find": "tickets", "batchSize": 1})

    assert told(story) == 43


def test_the_first_error_ends_an_ordered_bulk_and_no_other():
    async def story(database, clock):
        writes = [InsertOne({"_id": id}) for id in "aabb"]
        seen = []
        for ordered in (True, False):
            await database["tickets"].delete_many({})
            with raises(BulkWriteError) as refused:
                await database["tickets"].bulk_write(writes, ordered=ordered)
            failed = [
                (each["index"], each["code"]) for each in refused.value.details["writeErrors"]
            ]
            seen.append((refused.value.details["nInserted"], failed))
        return seen

    assert told(story) == [(1, [(1, 11000)]), (2, [(1, 11000), (3, 11000)])]


def test_many_are_changed_and_removed_at_once_and_counted():
    async def story(database, clock):
        numbers = database["numbers"]
        await numbers.insert_many([dict(each) for each in NUMBERS])
        changed = await numbers.update_many({"even": True}, {"$set": {"half": 1}})
        upserted = await numbers.bulk_write(
            [UpdateOne({"_id": 9}, {"$set": {"half": 1}}, upsert=True), DeleteMany({"even": False})]
        )
        left = sorted(await numbers.distinct("_id"))
        return changed.modified_count, upserted.upserted_ids, upserted.deleted_count, left

    assert told(story) == (4, {0: 9}, 3, [0, 2, 4, 6, 9])


def test_a_pipeline_counts_what_matches():
    async def story(database, clock):
        await database["numbers"].insert_many([dict(each) for each in NUMBERS])
        group = {"$group": {"_id": "$even", "sum": {"$sum": "$_id"}}}
        found = await database["numbers"].aggregate([{"$match": {"_id": {"$gt": 0}}}, group])
        sums = {each["_id"]: each["sum"] async for each in found}
        count = database["numbers"].count_documents
        return sums, await count({"even": True}), await count({}, skip=1, limit=3)

    assert told(story) == ({True: 12, False: 9}, 4, 3)
