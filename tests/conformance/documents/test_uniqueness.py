"""The indexes that a ticket cannot be sold twice by."""

from pymongo import IndexModel
from pymongo.errors import DuplicateKeyError, OperationFailure
from pytest import mark, raises

from tests.conformance.documents.arms import outcome

HELD = "held_ticket"
poor_errors = mark.differs("mongo-java-server", "its duplicates name neither pattern nor value")


async def refused(attempt):
    """Return what the error of a duplicate says: its code, the pattern and the value."""
    with raises(DuplicateKeyError) as error:
        await attempt
    details = error.value.details or {}
    return error.value.code, details.get("keyPattern"), details.get("keyValue")


@poor_errors
def test_the_refusal_of_an_id_names_it(told):
    async def story(shop):
        await shop.documents.insert_one({"_id": "o"})
        return await refused(shop.documents.insert_one({"_id": "o"}))

    assert told(story) == (11000, {"_id": 1}, {"_id": "o"})


@poor_errors
def test_the_refusal_of_a_value_names_field_and_value(told):
    async def story(shop):
        await shop.documents.create_index(HELD, unique=True, sparse=True)
        await shop.documents.insert_one({"_id": "a", HELD: "t"})
        return await refused(shop.documents.insert_one({"_id": "b", HELD: "t"}))

    assert told(story) == (11000, {HELD: 1}, {HELD: "t"})


def test_an_id_is_used_once_and_what_is_there_stays(told):
    async def story(shop):
        await shop.documents.insert_one({"_id": "o", "n": 1})
        said = await outcome(shop.documents.insert_one({"_id": "o", "n": 2}))
        return said, await shop.documents.find_one({"_id": "o"})

    assert told(story) == ("DuplicateKeyError", {"_id": "o", "n": 1})


def test_an_index_has_the_name_that_mongodb_gives_it(told):
    async def story(shop):
        create = shop.documents.create_index
        return [
            await create(HELD, unique=True, sparse=True),
            await create([("ticket.id", 1), ("hold", 1)], unique=True),
            await create("outbox.id", sparse=True),
            await create("until", expireAfterSeconds=0),
        ]

    assert told(story) == ["held_ticket_1", "ticket.id_1_hold_1", "outbox.id_1", "until_1"]


@mark.differs("mongo-java-server", "it takes any word for true")
@mark.parametrize("value", ["yes", "", [], {}], ids=repr)
def test_an_index_whose_option_is_neither_a_truth_nor_a_number_is_refused(told, value):
    async def story(shop):
        create, several = shop.documents.create_index, shop.documents.create_indexes
        said = []
        for option in ("unique", "sparse"):
            given = {option: value}
            for act in (
                lambda given: create(HELD, **given),
                lambda given: several([IndexModel("n"), IndexModel(HELD, **given)]),
            ):
                with raises(OperationFailure, match="which is not convertible to bool") as error:
                    await act(given)
                said.append(error.value.code)
        return said, [*await shop.documents.index_information()]

    said, names = told(story)
    assert said == [14] * 4
    assert set(names) <= {"_id_"}


@mark.parametrize(("value", "is_unique"), [(1, True), (0.5, True), (0, False), (False, False)])
def test_an_index_takes_a_number_for_a_truth(told, value, is_unique):
    async def story(shop):
        await shop.documents.create_index(HELD, unique=value)
        await shop.documents.insert_one({"_id": "a", HELD: "t"})
        return await outcome(shop.documents.insert_one({"_id": "b", HELD: "t"}))

    assert (told(story) == "DuplicateKeyError") is is_unique


def test_an_index_may_be_created_again_as_it_is(told):
    async def story(shop):
        await shop.documents.create_index(HELD, unique=True, sparse=True)
        await shop.documents.insert_one({"_id": "a", HELD: "t"})
        await shop.documents.create_index(HELD, unique=True, sparse=True)
        return await outcome(shop.documents.insert_one({"_id": "b", HELD: "t"}))

    assert told(story) == "DuplicateKeyError"


def test_one_document_holds_a_ticket(told):
    async def story(shop):
        await shop.documents.create_index(HELD, unique=True, sparse=True)
        await shop.documents.insert_one({"_id": "a", HELD: "t"})
        said = await outcome(shop.documents.insert_one({"_id": "b", HELD: "t"}))
        return said, await shop.documents.count_documents({})

    assert told(story) == ("DuplicateKeyError", 1)


def test_a_sparse_index_passes_over_what_has_no_such_field(told):
    async def story(shop):
        await shop.documents.create_index(HELD, unique=True, sparse=True)
        for id in "abc":
            await shop.documents.insert_one({"_id": id})
        return await shop.documents.count_documents({})

    assert told(story) == 3


def test_a_sparse_index_tells_null_from_no_field(told):
    async def story(shop):
        await shop.documents.create_index(HELD, unique=True, sparse=True)
        await shop.documents.insert_one({"_id": "a"})
        await shop.documents.insert_one({"_id": "b", HELD: None})
        return await outcome(shop.documents.insert_one({"_id": "c", HELD: None}))

    assert told(story) == "DuplicateKeyError"


def test_what_lets_go_of_a_ticket_must_not_set_it_to_null(told):
    async def story(shop):
        await shop.documents.create_index(HELD, unique=True, sparse=True)
        for id in "ab":
            await shop.documents.insert_one({"_id": id, HELD: f"ticket {id}"})
        await shop.documents.update_one({"_id": "a"}, {"$set": {HELD: None}})
        return await outcome(shop.documents.update_one({"_id": "b"}, {"$set": {HELD: None}}))

    assert told(story) == "DuplicateKeyError"


def test_an_index_that_is_not_sparse_takes_no_field_for_null(told):
    async def story(shop):
        await shop.documents.create_index(HELD, unique=True)
        await shop.documents.insert_one({"_id": "a"})
        return await outcome(shop.documents.insert_one({"_id": "b", HELD: None}))

    assert told(story) == "DuplicateKeyError"


def test_a_sparse_index_of_two_fields_has_what_has_one_of_them(told):
    async def story(shop):
        await shop.documents.create_index([(HELD, 1), ("hold", 1)], unique=True, sparse=True)
        seen = []
        for id, fields in enumerate([{}, {}, {HELD: "t"}, {"hold": 1}, {HELD: None, "hold": 1}]):
            said = await outcome(shop.documents.insert_one({"_id": id} | fields))
            seen.append(said if isinstance(said, str) else "stored")
        return seen

    assert told(story) == ["stored"] * 4 + ["DuplicateKeyError"]


def test_what_lets_go_of_a_ticket_leaves_it_to_the_next(told):
    async def story(shop):
        await shop.documents.create_index(HELD, unique=True, sparse=True)
        await shop.documents.insert_one({"_id": "a", HELD: "t"})
        await shop.documents.update_one({"_id": "a"}, {"$unset": {HELD: ""}})
        await shop.documents.insert_one({"_id": "b", HELD: "t"})
        return await outcome(shop.documents.update_one({"_id": "a"}, {"$set": {HELD: "t"}}))

    assert told(story) == "DuplicateKeyError"


def test_an_update_that_would_take_a_used_value_changes_nothing(told):
    async def story(shop):
        await shop.documents.create_index(HELD, unique=True, sparse=True)
        await shop.documents.insert_one({"_id": "a", HELD: "t"})
        await shop.documents.insert_one({"_id": "b", "version": 0})
        change = {"$set": {HELD: "t", "version": 1}, "$push": {"outbox": {"$each": [{"id": "x"}]}}}
        said = await outcome(shop.documents.update_one({"_id": "b"}, change))
        return said, await shop.documents.find_one({"_id": "b"})

    assert told(story) == ("DuplicateKeyError", {"_id": "b", "version": 0})


def test_two_fields_together_are_used_once(told):
    async def story(shop):
        await shop.documents.create_index([("ticket.id", 1), ("hold", 1)], unique=True)
        ones = [("t", 1), ("t", 2), ("u", 1), ("t", 1)]
        seen = []
        for number, (ticket, hold) in enumerate(ones):
            document = {"_id": str(number), "ticket": {"id": ticket}, "hold": hold}
            seen.append(await outcome(shop.documents.insert_one(document)))
        return [each if isinstance(each, str) else each.inserted_id for each in seen]

    assert told(story) == ["0", "1", "2", "DuplicateKeyError"]


@poor_errors
def test_the_refusal_of_a_pair_names_both_fields(told):
    async def story(shop):
        await shop.documents.create_index([("ticket.id", 1), ("hold", 1)], unique=True)
        await shop.documents.insert_one({"_id": "a", "ticket": {"id": "t"}, "hold": 1})
        return await refused(
            shop.documents.insert_one({"_id": "b", "ticket": {"id": "t"}, "hold": 1})
        )

    assert told(story) == (11000, {"ticket.id": 1, "hold": 1}, {"ticket.id": "t", "hold": 1})


def test_a_unique_index_that_is_not_sparse_lets_one_document_be_without(told):
    async def story(shop):
        await shop.documents.create_index("email", unique=True)
        await shop.documents.insert_one({"_id": "a"})
        return await outcome(shop.documents.insert_one({"_id": "b"}))

    assert told(story) == "DuplicateKeyError"


def test_a_replacement_may_keep_its_own_value(told):
    async def story(shop):
        await shop.documents.create_index("email", unique=True)
        await shop.documents.insert_one({"_id": "a", "email": "ana@example.com"})
        done = await shop.documents.replace_one(
            {"_id": "a"}, {"_id": "a", "email": "ana@example.com", "version": 1}
        )
        return done.modified_count

    assert told(story) == 1


def test_a_deleted_value_is_free_again(told):
    async def story(shop):
        await shop.documents.create_index("email", unique=True)
        await shop.documents.insert_one({"_id": "a", "email": "ana@example.com"})
        await shop.documents.delete_one({"_id": "a"})
        return (
            await shop.documents.insert_one({"_id": "b", "email": "ana@example.com"})
        ).inserted_id

    assert told(story) == "b"
