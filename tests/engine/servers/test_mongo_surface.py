"""What PyMongo offers beside the calls of one document: faults, traces, sessions, refusals."""

from datetime import UTC, datetime

from pymongo import InsertOne, UpdateOne
from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.command_cursor import AsyncCommandCursor
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.asynchronous.mongo_client import AsyncMongoClient
from pymongo.errors import BulkWriteError, ConfigurationError, InvalidOperation, NetworkTimeout
from pytest import fixture, mark, raises

from boxoffice.errors import NotSimulated
from boxoffice.net.calls import CallFault
from boxoffice.servers.mongo import FakeMongoClient, FakeMongoServer
from boxoffice.servers.mongo.database import FakeDatabase
from boxoffice.servers.mongo.handle import FakeCollection
from tests.engine.wires import Wires


class Shelf:
    """A server with three books, what was told of its writes, and the calls that reached it."""

    def __init__(self):
        self.server = FakeMongoServer(lambda: datetime(2026, 1, 1, tzinfo=UTC))
        self.writes = []
        self.wires = Wires()
        self.client = FakeMongoClient(self.server, self.wires.link)
        self.books = self.client["library"]["books"]
        self.run(self.books.insert_many([{"_id": n, "left": n} for n in range(3)]))
        self.server.observe = self.note
        self.calls = []
        self.wires.network.fault_for = self.fault_for
        self.fault = None

    def fault_for(self, call):
        self.calls.append((call.verb, call.about))
        return self.fault

    def note(self, kind, *, verb, id, before, after, **_):
        was, now = (None if it is None else it.get("left") for it in (before, after))
        self.writes.append((verb, id, was, now))

    def run(self, work):
        return self.wires.run(work)


@fixture
def shelf():
    return Shelf()


ONE_CALL = {
    "insert_many": lambda it: it.insert_many([{"_id": "x", "left": 7}, {"_id": "y", "left": 8}]),
    "update_many": lambda it: it.update_many({"left": {"$gt": 0}}, {"$inc": {"left": 1}}),
    "delete_many": lambda it: it.delete_many({"left": {"$gt": 0}}),
    "replace_one": lambda it: it.replace_one({"_id": 0}, {"left": 5}),
    "find_one_and_delete": lambda it: it.find_one_and_delete({"_id": 0}),
    "find_one_and_replace": lambda it: it.find_one_and_replace({"_id": 0}, {"left": 5}),
    "bulk_write": lambda it: it.bulk_write(
        [InsertOne({"_id": "x", "left": 7}), UpdateOne({"_id": 2}, {"$set": {"left": 3}})]
    ),
    "drop": lambda it: it.drop(),
}
TOLD = {
    "insert_many": [("x", None, 7), ("y", None, 8)],
    "update_many": [(1, 1, 2), (2, 2, 3)],
    "delete_many": [(1, 1, None), (2, 2, None)],
    "replace_one": [(0, 0, 5)],
    "find_one_and_delete": [(0, 0, None)],
    "find_one_and_replace": [(0, 0, 5)],
    "bulk_write": [("x", None, 7), (2, 2, 3)],
    "drop": [(0, 0, None), (1, 1, None), (2, 2, None)],
}
READS = {
    "aggregate": lambda it: it.aggregate([{"$match": {}}]),
    "distinct": lambda it: it.distinct("left"),
    "count_documents": lambda it: it.count_documents({}),
    "estimated_document_count": lambda it: it.estimated_document_count(),
    "index_information": lambda it: it.index_information(),
    "list_indexes": lambda it: it.list_indexes(),
}


@mark.parametrize("verb", ONE_CALL)
def test_a_write_of_many_is_one_call_and_each_document_one_event(shelf, verb):
    shelf.run(ONE_CALL[verb](shelf.books))
    assert shelf.calls == [(verb, "books")]
    assert shelf.writes == [(verb, *told) for told in TOLD[verb]]


@mark.parametrize("verb", READS)
def test_a_read_is_one_call_and_no_event(shelf, verb):
    shelf.run(READS[verb](shelf.books))
    assert (shelf.calls, shelf.writes) == ([(verb, "books")], [])


@mark.parametrize("verb", ONE_CALL)
def test_a_lost_answer_hides_writes_that_happened(shelf, verb):
    shelf.fault = CallFault(lose_response=True)
    with raises(NetworkTimeout):
        shelf.run(ONE_CALL[verb](shelf.books))
    assert len(shelf.writes) == len(TOLD[verb])


@mark.parametrize("verb", [*ONE_CALL, *READS])
def test_a_lost_request_changes_nothing(shelf, verb):
    shelf.fault = CallFault(lose_request=True)
    with raises(NetworkTimeout):
        shelf.run((ONE_CALL | READS)[verb](shelf.books))
    assert shelf.writes == []


def test_what_came_before_a_refusal_in_a_batch_is_told(shelf):
    with raises(BulkWriteError):
        shelf.run(shelf.books.insert_many([{"_id": "x", "left": 7}, {"_id": 0}, {"_id": "y"}]))
    assert shelf.writes == [("insert_many", "x", None, 7)]


def test_a_database_is_dropped_with_all_that_is_in_it(shelf):
    shelf.run(shelf.client["library"]["maps"].insert_one({"_id": "m", "left": 1}))
    shelf.run(shelf.client.drop_database("library"))
    assert len(shelf.writes) == 1 + 4
    assert shelf.run(shelf.client.list_database_names()) == []


def test_a_sample_is_the_same_in_every_run():
    async def sampled(books):
        cursor = await books.aggregate([{"$sample": {"size": 2}}])
        return [it["_id"] for it in await cursor.to_list()]

    def draws():
        shelf = Shelf()
        return [shelf.run(sampled(shelf.books)) for _ in range(5)]

    first = draws()
    assert first == draws()
    assert len({tuple(it) for it in first}) > 1


def test_distinct_values_come_in_the_order_of_documents(shelf):
    async def story(books):
        await books.insert_many({"shelf": f"s{9 - n % 5}"} for n in range(15))
        return await books.distinct("shelf")

    assert shelf.run(story(shelf.client["own"]["shelves"])) == ["s9", "s8", "s7", "s6", "s5"]


# --- sessions and names ----------------------------------------------------------------------


def test_a_session_without_a_transaction_changes_nothing(shelf):
    async def story():
        async with shelf.client.start_session() as session:
            await shelf.books.insert_one({"_id": "a"}, session=session)
            found = await shelf.books.find_one({"_id": "a"}, session=session)
            assert session.client is shelf.client
            assert not session.in_transaction
        with raises(InvalidOperation, match="ended session"):
            await shelf.books.find_one({}, session=session)
        return found, session.has_ended

    assert shelf.run(story()) == ({"_id": "a"}, True)


def test_a_database_is_named_in_the_url_or_in_the_call(shelf):
    named = FakeMongoClient(shelf.server, shelf.wires.link, database="library")
    assert named.get_default_database() == named.get_database() == named["library"]
    assert shelf.client.get_default_database("library").name == "library"
    with raises(ConfigurationError):
        shelf.client.get_default_database()


def test_a_closed_client_refuses_all_calls(shelf):
    async def story():
        async with shelf.client as client:
            assert await client["library"].command("ping") == {"ok": 1.0}
        with raises(InvalidOperation, match="after close"):
            await shelf.books.find_one({})

    shelf.run(story())


# --- what is not there -----------------------------------------------------------------------


@mark.parametrize(
    ("name", "refused"),
    [
        ("AsyncMongoClient.watch", lambda it: it.client.watch()),
        ("AsyncMongoClient.bulk_write", lambda it: it.client.bulk_write([])),
        ("AsyncDatabase.watch", lambda it: it.books.database.watch()),
        ("AsyncDatabase.validate_collection", lambda it: it.books.database.validate_collection),
        ("AsyncCollection.watch", lambda it: it.books.watch()),
        ("AsyncCollection.rename", lambda it: it.books.rename("x")),
        ("AsyncCollection.find_raw_batches", lambda it: it.books.find_raw_batches()),
        ("AsyncCursor.explain", lambda it: it.books.find().explain()),
        ("AsyncCursor.collation", lambda it: it.books.find().collation({"locale": "de"})),
        ("AsyncClientSession.start_transaction", lambda it: session(it).start_transaction()),
        (
            "AsyncClientSession.with_transaction",
            lambda it: it.client.start_session().with_transaction,
        ),
        (
            "AsyncMongoClient.start_session.snapshot",
            lambda it: it.client.start_session(snapshot=True),
        ),
        ("AsyncCollection.find.hint", lambda it: it.books.find({}, hint="left_1")),
    ],
)
def test_what_pymongo_has_and_the_fake_has_not_is_named(shelf, name, refused):
    with raises(NotSimulated) as found:
        refused(shelf)
    assert found.value.name == name
    assert name in str(found.value)
    assert found.value.instead


def session(shelf, **options):
    return shelf.client.start_session(**options)


SET = {"$set": {"a": 1}}
GERMAN = {"collation": {"locale": "de"}}


@mark.parametrize(
    ("name", "refused"),
    [
        (
            "Collection.update_one.array_filters",
            lambda it: it.update_one({}, SET, array_filters=[{}]),
        ),
        ("Collection.delete_one.collation", lambda it: it.delete_one({}, **GERMAN)),
        ("Collection.create_index.text", lambda it: it.create_index([("a", "text")])),
        ("Collection.create_index.hidden", lambda it: it.create_index("a", hidden=True)),
        ("UpdateOne.hint", lambda it: it.bulk_write([UpdateOne({}, SET, hint="a_1")])),
        ("Collection.aggregate with $out", lambda it: it.aggregate([{"$out": "x"}])),
        ("Database.command.dbStats", lambda it: it.database.command("dbStats")),
        (
            "Database.create_collection.capped",
            lambda it: it.database.create_collection("x", capped=True),
        ),
    ],
)
def test_an_option_that_would_change_an_answer_is_named(shelf, name, refused):
    with raises(NotSimulated) as found:
        shelf.run(refused(shelf.books))
    assert found.value.name.removeprefix("Async") == name


def test_what_mongomock_has_not_is_not_simulated_either(shelf):
    with raises(NotSimulated, match=r"\$merge|\$unset|\$redact"):
        shelf.run(shelf.books.aggregate([{"$redact": {}}]))


def test_what_pymongo_does_not_know_is_the_callers_mistake(shelf):
    with raises(TypeError, match="colour"):
        shelf.run(shelf.books.insert_one({}, colour="red"))
    with raises(AttributeError):
        _ = shelf.books.find().colour


HELD = (FakeCollection, FakeDatabase)
KINDS = {
    AsyncMongoClient: lambda it: it.client,
    AsyncDatabase: lambda it: it.books.database,
    AsyncCollection: lambda it: it.books,
    AsyncCursor: lambda it: it.books.find(),
    AsyncCommandCursor: lambda it: it.run(it.books.aggregate([])),
    AsyncClientSession: lambda it: it.client.start_session(),
}


@mark.parametrize("kind", KINDS, ids=lambda it: it.__name__)
def test_whatever_pymongo_has_is_there_or_says_that_it_is_not(shelf, kind):
    fake = KINDS[kind](shelf)
    names = [it for it in dir(kind) if not it.startswith("_")]
    lacking = {it.name for name in names if (it := lack(fake, name))}
    assert lacking <= {f"{kind.__name__}.{name}" for name in names}


def lack(fake, name):
    """Return the refusal of what is not there; a name that leads to a collection is a mistake."""
    try:
        found = getattr(fake, name)
    except NotSimulated as refusal:
        return refusal
    assert name in ("admin", "collection", "database") or not isinstance(found, HELD), name
    return None
