"""Finding documents again: filters, absence, sorts, limits and projections."""

from datetime import UTC, datetime

from pytest import fixture, mark

TICKETS = [
    {"_id": "t1", "hold": 2, "ticket": {"id": "a"}, "outbox": []},
    {"_id": "t2", "hold": 1, "ticket": {"id": "a"}, "outbox": [{"id": "x"}], "holder": "o"},
    {"_id": "t3", "hold": 10, "ticket": {"id": "b"}, "outbox": [{"id": "y"}, {"id": "z"}]},
    {"_id": "t4", "hold": 3, "ticket": {"id": "a"}, "holder": None},
]


@fixture(name="found")
def _found(told):
    """Return the ids that a query finds among the four tickets."""

    def find(search, **options):
        async def story(shop):
            for ticket in TICKETS:
                await shop.documents.insert_one(dict(ticket))
            return [it["_id"] async for it in shop.documents.find(search, **options)]

        return told(story)

    return find


@mark.parametrize(
    ("search", "ids"),
    [
        ({"outbox.id": {"$exists": True}}, ["t2", "t3"]),
        ({"outbox.id": "z"}, ["t3"]),
        ({"ticket.id": "a"}, ["t1", "t2", "t4"]),
        ({"holder": {"$exists": False}}, ["t1", "t3"]),
        ({"holder": {"$exists": True}}, ["t2", "t4"]),
        ({"holder": None}, ["t1", "t3", "t4"]),
        ({"holder": {"$exists": False}, "_id": {"$gt": "t1"}}, ["t3"]),
        ({"hold": {"$lte": 2}}, ["t1", "t2"]),
        ({"_id": {"$in": ["t4", "t9", "t1"]}}, ["t1", "t4"]),
        ({"$or": [{"hold": 10}, {"holder": "o"}]}, ["t2", "t3"]),
        ({"hold": "2"}, []),
        ({"hold": 2.0}, ["t1"]),
        ({}, ["t1", "t2", "t3", "t4"]),
    ],
)
def test_a_filter_finds_what_it_says(found, search, ids):
    assert found(search, sort=[("_id", 1)]) == ids


@mark.differs("mongo-java-server", "an empty array has a field without elements")
def test_an_empty_array_has_no_field_of_its_elements(found):
    assert found({"outbox.id": {"$exists": False}}, sort=[("_id", 1)]) == ["t1", "t4"]


@mark.differs("fake", "mongomock compares as Python does, where True is 1")
def test_true_is_no_number(found):
    assert found({"hold": True}) == []


@mark.parametrize("indexed", [False, True])
def test_an_index_changes_no_answer(told, indexed):
    async def story(shop):
        if indexed:
            await shop.documents.create_index("outbox.id", sparse=True)
            await shop.documents.create_index([("ticket.id", 1), ("hold", 1)], unique=True)
            await shop.documents.create_index("holder")
        for ticket in TICKETS:
            await shop.documents.insert_one(dict(ticket))
        await shop.documents.update_one({"_id": "t3"}, {"$pull": {"outbox": {"id": "y"}}})
        await shop.documents.update_one({"_id": "t2"}, {"$pull": {"outbox": {"id": "x"}}})
        searches = ({"outbox.id": {"$exists": True}}, {"ticket.id": "a"}, {"holder": None})
        return [
            [it["_id"] for it in await shop.documents.find(search).sort("_id").to_list()]
            for search in searches
        ]

    assert told(story) == [["t3"], ["t1", "t2", "t4"], ["t1", "t3", "t4"]]


def test_numbers_sort_as_numbers_and_the_limit_comes_last(found):
    assert found({}, sort=[("hold", -1)], limit=2) == ["t3", "t4"]
    assert found({"ticket.id": "a"}, sort=[("hold", -1)], limit=1) == ["t4"]


def test_a_second_key_breaks_ties(told):
    async def story(shop):
        for id, moment in (("c", "noon"), ("a", "noon"), ("b", "dawn")):
            await shop.documents.insert_one({"_id": id, "expires_at": moment})
        found = shop.documents.find({}).sort([("expires_at", 1), ("_id", 1)])
        return [it["_id"] for it in await found.to_list()]

    assert told(story) == ["b", "a", "c"]


def test_what_has_no_value_sorts_before_what_has_one(told):
    async def story(shop):
        for document in ({"_id": "a", "n": 1}, {"_id": "b"}, {"_id": "c", "n": -1}):
            await shop.documents.insert_one(document)
        return [it["_id"] for it in await shop.documents.find({}).sort("n", 1).to_list()]

    assert told(story) == ["b", "c", "a"]


@mark.parametrize(
    ("fields", "seen"),
    [
        ({"outbox": 0}, {"_id": "t", "hold": 1, "ticket": {"id": "a", "title": "A"}}),
        ({"outbox": 1}, {"_id": "t", "outbox": [{"id": "x"}]}),
        ({"hold": 1, "held_ticket": 1}, {"_id": "t", "hold": 1}),
        ({"_id": 1}, {"_id": "t"}),
        ({"ticket.title": 1}, {"_id": "t", "ticket": {"title": "A"}}),
    ],
)
def test_a_projection_shows_what_it_names(told, fields, seen):
    async def story(shop):
        ticket = {"id": "a", "title": "A"}
        document = {"_id": "t", "hold": 1, "ticket": ticket, "outbox": [{"id": "x"}]}
        await shop.documents.insert_one(document)
        listed = await shop.documents.find({}, fields).to_list()
        return await shop.documents.find_one({"_id": "t"}, fields), listed

    assert told(story) == (seen, [seen])


def test_what_is_not_there_is_none(told):
    async def story(shop):
        return await shop.documents.find_one({"_id": "t"}), await shop.documents.find({}).to_list()

    assert told(story) == (None, [])


def test_moments_come_back_in_utc_to_the_millisecond_and_compare(told):
    moment = datetime(2030, 1, 1, 12, 0, 0, 123456, tzinfo=UTC)

    async def story(shop):
        await shop.documents.insert_one({"_id": "k", "until": moment})
        found = await shop.documents.find_one({"until": {"$lte": moment}})
        return found["until"]

    assert told(story) == datetime(2030, 1, 1, 12, 0, 0, 123000)


def test_what_was_stored_comes_back_with_its_types_and_the_order_of_its_fields(told):
    document = {"z": 1, "_id": "d", "a": [1, 2.5, None, True, "ß", {"n": {}}], "big": 2**40}

    async def story(shop):
        await shop.documents.insert_one(dict(document))
        found = await shop.documents.find_one({"_id": "d"})
        return found, [type(each) for each in found["a"]], sorted(found)

    found, types, names = told(story)
    assert found == document
    assert types == [int, float, type(None), bool, str, dict]
    assert names == ["_id", "a", "big", "z"]


def test_more_documents_than_one_batch_are_all_found(told):
    async def story(shop):
        for number in range(250):
            await shop.documents.insert_one({"_id": f"{number:03}"})
        return [it["_id"] for it in await shop.documents.find({}).sort("_id").to_list()]

    assert told(story) == [f"{number:03}" for number in range(250)]
