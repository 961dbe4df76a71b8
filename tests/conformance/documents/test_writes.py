"""One document, one conditional write: what `Aggregates` and the outbox stand on."""

from pymongo import ReturnDocument
from pymongo.errors import WriteError
from pytest import mark, raises

ORDER = {"_id": "o", "version": 0, "status": "created", "outbox": [{"id": "o-0"}]}


def counts(result):
    """Return what an update says of itself."""
    return result.matched_count, result.modified_count, result.upserted_id


def test_an_insert_says_the_id_and_stores_the_document(told):
    async def story(shop):
        made = await shop.documents.insert_one(dict(ORDER))
        return made.inserted_id, made.acknowledged, await shop.documents.find_one({"_id": "o"})

    assert told(story) == ("o", True, ORDER)


def test_an_update_on_the_version_it_expects_is_made(told):
    async def story(shop):
        await shop.documents.insert_one(dict(ORDER))
        change = {"$set": {"version": 1, "status": "complete"}}
        done = await shop.documents.update_one({"_id": "o", "version": 0}, change)
        return counts(done), await shop.documents.find_one({"_id": "o"})

    after = ORDER | {"version": 1, "status": "complete"}
    assert told(story) == ((1, 1, None), after)


def test_an_update_on_another_version_changes_nothing(told):
    async def story(shop):
        await shop.documents.insert_one(dict(ORDER))
        late = await shop.documents.update_one({"_id": "o", "version": 7}, {"$set": {"version": 8}})
        return counts(late), await shop.documents.find_one({"_id": "o"})

    assert told(story) == ((0, 0, None), ORDER)


def test_an_update_of_what_is_not_there_makes_nothing(told):
    async def story(shop):
        done = await shop.documents.update_one({"_id": "o"}, {"$set": {"version": 1}})
        return counts(done), await shop.documents.count_documents({})

    assert told(story) == ((0, 0, None), 0)


def test_an_update_that_changes_nothing_matches_and_modifies_nothing(told):
    async def story(shop):
        await shop.documents.insert_one(dict(ORDER))
        same = await shop.documents.update_one({"_id": "o"}, {"$set": {"version": 0}})
        return counts(same)

    assert told(story) == (1, 0, None)


def test_set_unset_and_push_are_one_write(told):
    async def story(shop):
        await shop.documents.insert_one(ORDER | {"held_ticket": "t"})
        change = {
            "$set": {"version": 1},
            "$unset": {"held_ticket": ""},
            "$push": {"outbox": {"$each": [{"id": "o-1"}, {"id": "o-2"}]}},
        }
        done = await shop.documents.update_one({"_id": "o", "version": 0}, change)
        return counts(done), await shop.documents.find_one({"_id": "o"})

    waiting = [{"id": "o-0"}, {"id": "o-1"}, {"id": "o-2"}]
    assert told(story) == ((1, 1, None), ORDER | {"version": 1, "outbox": waiting})


@mark.parametrize("waiting", [[], [{"id": "o-1"}]])
def test_a_push_makes_the_array_where_there_is_none(told, waiting):
    async def story(shop):
        await shop.documents.insert_one({"_id": "o"})
        await shop.documents.update_one({"_id": "o"}, {"$push": {"outbox": {"$each": waiting}}})
        return await shop.documents.find_one({"_id": "o"})

    assert told(story) == {"_id": "o", "outbox": waiting}


def test_an_unset_of_what_is_not_there_is_no_error(told):
    async def story(shop):
        await shop.documents.insert_one({"_id": "o", "version": 0})
        change = {"$set": {"version": 1}, "$unset": {"payment_id": "", "held_ticket": ""}}
        done = await shop.documents.update_one({"_id": "o"}, change)
        return counts(done), await shop.documents.find_one({"_id": "o"})

    assert told(story) == ((1, 1, None), {"_id": "o", "version": 1})


def test_a_pull_takes_out_the_one_entry_with_an_id(told):
    async def story(shop):
        entries = [{"id": "o-0", "n": 1}, {"id": "o-1", "n": 2}, {"id": "o-2", "n": 3}]
        await shop.documents.insert_one({"_id": "o", "outbox": entries})
        done = await shop.documents.update_one({"_id": "o"}, {"$pull": {"outbox": {"id": "o-1"}}})
        return counts(done), await shop.documents.find_one({"_id": "o"})

    left = [{"id": "o-0", "n": 1}, {"id": "o-2", "n": 3}]
    assert told(story) == ((1, 1, None), {"_id": "o", "outbox": left})


def test_a_pull_of_what_was_pulled_before_matches_and_modifies_nothing(told):
    async def story(shop):
        await shop.documents.insert_one({"_id": "o", "outbox": []})
        done = await shop.documents.update_one({"_id": "o"}, {"$pull": {"outbox": {"id": "o-1"}}})
        return counts(done), await shop.documents.find_one({"_id": "o"})

    assert told(story) == ((1, 0, None), {"_id": "o", "outbox": []})


def test_two_operators_on_one_path_are_refused_and_nothing_changes(told):
    async def story(shop):
        await shop.documents.insert_one({"_id": "o", "held_ticket": "t"})
        change = {"$set": {"held_ticket": None}, "$unset": {"held_ticket": ""}}
        with raises(WriteError) as refused:
            await shop.documents.update_one({"_id": "o"}, change)
        return refused.value.code, await shop.documents.find_one({"_id": "o"})

    assert told(story) == (40, {"_id": "o", "held_ticket": "t"})


@mark.parametrize("other", ["ticket", "ticket.id", "ticket.id.x"])
def test_a_path_and_one_below_it_are_refused(told, other):
    async def story(shop):
        await shop.documents.insert_one({"_id": "o", "ticket": {"id": {"x": 1}}})
        change = {"$set": {"ticket.id": {"x": 2}}, "$unset": {other: ""}}
        with raises(WriteError) as refused:
            await shop.documents.update_one({"_id": "o"}, change)
        return refused.value.code

    assert told(story) == 40


@mark.differs("fake", "mongomock refuses it without a code")
def test_the_id_of_a_document_never_changes(told):
    async def story(shop):
        await shop.documents.insert_one({"_id": "o"})
        with raises(WriteError) as refused:
            await shop.documents.update_one({"_id": "o"}, {"$set": {"_id": "p"}})
        return refused.value.code

    assert told(story) == 66


@mark.differs("fake", "mongomock raises a TypeError")
def test_an_increment_of_a_text_is_refused(told):
    async def story(shop):
        await shop.documents.insert_one({"_id": "o", "version": "x"})
        with raises(WriteError) as refused:
            await shop.documents.update_one({"_id": "o"}, {"$inc": {"version": 1}})
        return refused.value.code

    assert told(story) == 14


def test_a_replacement_on_the_version_it_expects_leaves_nothing_of_the_old(told):
    async def story(shop):
        await shop.documents.insert_one({"_id": "u", "version": 0, "reset": {"token_hash": "h"}})
        after = {"_id": "u", "version": 1, "email": "ana@example.com"}
        done = await shop.documents.replace_one({"_id": "u", "version": 0}, dict(after))
        late = await shop.documents.replace_one({"_id": "u", "version": 0}, {"version": 9})
        return counts(done), counts(late), await shop.documents.find_one({"_id": "u"})

    after = {"_id": "u", "version": 1, "email": "ana@example.com"}
    assert told(story) == ((1, 1, None), (0, 0, None), after)


def test_an_upsert_counts_from_one_and_sets_on_insert_only_once(told):
    async def story(shop):
        async def add(until):
            return await shop.documents.find_one_and_update(
                {"_id": "k"},
                {"$inc": {"failures": 1}, "$setOnInsert": {"until": until}},
                upsert=True,
                return_document=ReturnDocument.AFTER,
            )

        return [await add("noon"), await add("one"), await add("two")]

    assert told(story) == [{"_id": "k", "failures": count, "until": "noon"} for count in (1, 2, 3)]


def test_before_an_upsert_there_was_nothing(told):
    async def story(shop):
        change = {"$inc": {"failures": 1}}
        first = await shop.documents.find_one_and_update({"_id": "k"}, change, upsert=True)
        second = await shop.documents.find_one_and_update({"_id": "k"}, change, upsert=True)
        return first, second

    assert told(story) == (None, {"_id": "k", "failures": 1})


def test_an_update_with_upsert_says_what_it_made(told):
    async def story(shop):
        made = await shop.documents.update_one({"_id": "k"}, {"$set": {"n": 1}}, upsert=True)
        again = await shop.documents.update_one({"_id": "k"}, {"$set": {"n": 2}}, upsert=True)
        return counts(made), counts(again)

    assert told(story) == ((0, 0, "k"), (1, 1, None))


def test_a_deletion_is_conditional_and_counted(told):
    async def story(shop):
        await shop.documents.insert_one({"_id": "k", "until": 5})
        early = await shop.documents.delete_one({"_id": "k", "until": {"$lte": 4}})
        due = await shop.documents.delete_one({"_id": "k", "until": {"$lte": 5}})
        again = await shop.documents.delete_one({"_id": "k"})
        left = await shop.documents.count_documents({})
        return early.deleted_count, due.deleted_count, again.deleted_count, left

    assert told(story) == (0, 1, 0, 0)


def test_the_server_answers_a_ping(told):
    async def story(shop):
        return (await shop.clients[0].admin.command("ping"))["ok"]

    assert told(story) == 1.0
