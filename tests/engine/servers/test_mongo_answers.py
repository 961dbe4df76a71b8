"""Whatever is asked, in whatever state, the fake says what stock mongomock says."""

from collections import OrderedDict
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch

import mongomock
from hypothesis import example, given, settings
from hypothesis import strategies as st
from mongomock.store import CollectionStore

from boxoffice.servers.mongo.collection import IndexedCollection
from boxoffice.servers.mongo.server import FakeMongoServer
from boxoffice.servers.mongo.store import last_sweep

NOON = datetime(2026, 1, 1, 12)
IDS = st.sampled_from(["a", "b", "c", "d", 1])
SCALARS = st.sampled_from([None, 0, 1, 1.0, True, "x", "y", "", NOON])
ITEMS = st.fixed_dictionaries({}, optional={"id": SCALARS, "n": SCALARS})
VALUES = SCALARS | st.lists(SCALARS, max_size=2) | ITEMS | st.lists(ITEMS | SCALARS, max_size=2)
FIELDS = {
    "a": VALUES,
    "b": SCALARS,
    "version": st.integers(0, 2),
    "ticket": ITEMS,
    "outbox": st.lists(ITEMS, max_size=2) | SCALARS,
    "at": st.sampled_from([NOON, NOON + timedelta(seconds=5), [NOON, "x"], None]),
}
PATHS = st.sampled_from(
    ["_id", "a", "b", "version", "ticket.id", "outbox.id", "outbox.0.id", "outbox.-9", "a.id"]
)
DOCUMENTS = st.fixed_dictionaries({"_id": IDS}, optional=FIELDS)
OPERATORS = st.one_of(
    st.fixed_dictionaries({"$exists": st.sampled_from([True, False, 1, 0])}),
    st.fixed_dictionaries({"$eq": VALUES}),
    st.fixed_dictionaries({"$ne": VALUES}),
    st.fixed_dictionaries({"$in": st.lists(SCALARS, max_size=2) | SCALARS}),
    st.fixed_dictionaries({"$gt": SCALARS}),
    st.fixed_dictionaries({"$regex": st.just("x")}),
    st.fixed_dictionaries({"$bogus": SCALARS}),
    st.fixed_dictionaries({"$eq": SCALARS, "$bogus": SCALARS}),
)
PLAIN_FILTERS = st.dictionaries(PATHS, VALUES | OPERATORS, max_size=3)
FILTERS = st.one_of(
    PLAIN_FILTERS,
    st.fixed_dictionaries({"_id": IDS}, optional={"version": st.integers(0, 2)}),
    st.fixed_dictionaries({"$or": st.lists(PLAIN_FILTERS, max_size=2)}, optional={"a": VALUES}),
)
UPDATES = st.fixed_dictionaries(
    {"$set": st.fixed_dictionaries({"n": SCALARS}, optional={**FIELDS, "ticket.id": SCALARS})},
    optional={
        "$push": st.fixed_dictionaries(
            {"outbox": st.fixed_dictionaries({"$each": st.lists(ITEMS, max_size=2)})}
        ),
        "$pull": st.fixed_dictionaries({"outbox": ITEMS}),
        "$inc": st.fixed_dictionaries({"version": SCALARS}),
        "$unset": st.fixed_dictionaries({"a": st.just("")}),
        "$currentDate": st.fixed_dictionaries({"at": st.just(True)}),
    },
) | st.fixed_dictionaries({"$set": st.fixed_dictionaries({"b": SCALARS, "_id": IDS})})
# None is unique and sparse: there the fake knows better, and tests/conformance/documents holds it.
INDEXES = st.sampled_from(
    [
        ([("a", 1)], {}),
        ([("a", 1)], {"unique": True, "name": "only_a"}),
        ([("b", 1)], {"unique": True}),
        ([("b", 1)], {"sparse": True, "name": "some_b"}),
        ([("ticket.id", 1), ("version", -1)], {"unique": True}),
        ([("outbox.id", 1)], {"sparse": True}),
        ([("outbox.-9", 1)], {}),
        ([("at", 1)], {"expireAfterSeconds": 10}),
    ]
)
SORTS = st.sampled_from([None, [("_id", 1)], [("version", -1), ("b", 1)]])
LIMITS = st.integers(0, 2)
STEPS = st.one_of(
    st.tuples(st.just("insert_one"), DOCUMENTS),
    st.tuples(st.just("insert_one"), DOCUMENTS),
    st.tuples(st.just("create_index"), INDEXES),
    st.tuples(st.just("find"), FILTERS, SORTS, LIMITS, LIMITS),
    st.tuples(st.just("count_documents"), FILTERS),
    st.tuples(st.just("update_one"), FILTERS, UPDATES),
    st.tuples(st.just("upsert"), IDS, st.integers(0, 2), UPDATES),
    st.tuples(st.just("find_one_and_update"), FILTERS, UPDATES, SORTS, st.booleans()),
    st.tuples(st.just("update_many"), FILTERS, UPDATES),
    st.tuples(st.just("replace_one"), FILTERS, st.fixed_dictionaries({}, optional=FIELDS)),
    st.tuples(st.just("delete_one"), FILTERS),
    st.tuples(st.just("delete_many"), FILTERS),
    st.tuples(st.just("wait"), st.integers(0, 40)),
)


def perform(it: Any, step: tuple[Any, ...]) -> Any:
    match deepcopy(step):
        case ("find", search, sort, skip, limit) if isinstance(it, IndexedCollection):
            return it.page(search, None, sort, skip, limit)
        case ("find", search, sort, skip, limit):
            return list(it.find(search, None, skip, limit, sort=sort))
        case ("create_index", (keys, options)):
            return it.create_index(keys, **options)
        case ("upsert", id, version, update):
            search = {"_id": id, "version": version}
            return _told(it.update_one(search, update, upsert=True))
        case ("find_one_and_update", search, update, sort, after):
            return it.find_one_and_update(search, update, sort=sort, return_document=after)
        case (verb, *arguments):
            return _told(getattr(it, verb)(*arguments))


def _told(answer: Any) -> Any:
    raw = getattr(answer, "raw_result", None)
    if isinstance(raw, dict):
        return {name: value for name, value in raw.items() if name != "connectionId"}
    return getattr(answer, "inserted_id", answer)


def outcome(effect: Callable[[Any, Any], Any], target: Any, step: tuple[Any, ...]) -> Any:
    try:
        return effect(target, step)
    except Exception as error:
        text = "" if isinstance(error, mongomock.DuplicateKeyError) else str(error)
        return type(error), text


def ask(server: FakeMongoServer, step: tuple[Any, ...]) -> Any:
    return server.perform("d", "c", step[0], lambda it: perform(it, step))


def at_once_or_not_at_all(collection: Any, step: tuple[Any, ...]) -> Any:
    """Stock mongomock leaves half an update behind when it fails; a server does not."""
    collection._store._remove_expired_documents()
    before = deepcopy(collection._store._documents)
    try:
        return perform(collection, step)
    except Exception:
        collection._store._documents = before
        raise


_over: Any = CollectionStore._value_meets_expiry


def over_at_the_last_sweep(store: Any, value: Any, expiry: int, now: datetime) -> bool:
    """Stock mongomock removes at once; a server sweeps once a minute."""
    return bool(_over(store, value, expiry, last_sweep(now)))


class Clock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now


@settings(max_examples=300, deadline=None)
@given(st.lists(DOCUMENTS, max_size=4), st.lists(INDEXES, max_size=3), st.lists(STEPS, max_size=10))
@example(  # in and out of an index, which does not change a document's place in an answer
    [{"_id": "a", "b": 1}, {"_id": "b", "b": 1}],
    [([("b", 1)], {})],
    [("update_one", {"_id": "a"}, {"$set": {"b": new}}) for new in (2, 1)]
    + [("find", {"b": 1}, None, 0, 0)],
)
@example(  # one item of an array is enough, of plain values and of subdocuments
    [{"_id": "a", "a": ["x", 1], "outbox": [{"id": "x"}, {"id": "y"}]}],
    [([("a", 1)], {}), ([("outbox.id", 1)], {"sparse": True})],
    [("find", search, None, 0, 0) for search in ({"a": 1}, {"outbox.id": "y"}, {"a": ["x", 1]})],
)
@example(  # a document expires just before a call that fails
    [{"_id": "a", "at": NOON}],
    [([("at", 1)], {"expireAfterSeconds": 10})],
    [("insert_one", {"_id": "b"}), ("wait", 60), ("find", {"$or": []}, None, 0, 0)],
)
@example([{"_id": "a"}], [], [("update_one", {}, {"$set": {"b": 1}, "$inc": {"b": "x"}})])
def test_no_answer_error_or_document_differs_from_stock_mongomock(
    documents: list[Any], indexes: list[Any], steps: list[Any]
) -> None:
    clock = Clock()
    server = FakeMongoServer(clock)
    with (
        patch("mongomock.utcnow", clock),
        patch.object(CollectionStore, "_value_meets_expiry", over_at_the_last_sweep),
    ):
        stock: Any = mongomock.MongoClient()["d"]["c"]
        begin = [("insert_one", it) for it in documents] + [("create_index", it) for it in indexes]
        for step in begin + steps:
            if step[0] == "wait":
                clock.now += timedelta(seconds=step[1])
                continue
            ours = outcome(ask, server, step)
            theirs = outcome(at_once_or_not_at_all, stock, step)
            assert typed(ours) == typed(theirs), step
            assert typed(kept(server)) == typed(stock._store._documents), step


def kept(server: FakeMongoServer) -> OrderedDict[Any, Any]:
    documents: OrderedDict[Any, Any] = server._stores["d"]["c"]._documents
    return documents


def typed(value: Any) -> str:
    return repr(value)  # unlike ==, tells 1 from 1.0 and True, and one order of fields from another
