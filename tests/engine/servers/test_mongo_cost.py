"""What a lookup costs, counted in documents put before mongomock's filter."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from mongomock.store import CollectionStore
from pymongo.errors import DuplicateKeyError

from boxoffice.servers.mongo.server import FakeMongoServer

DOCUMENTS = 2_000
NOON = datetime(2026, 1, 1, 12)


def order(number: int) -> dict[str, Any]:
    waiting = [{"id": f"event-{number}"}] if number % 1_000 == 0 else []
    state = {"_id": f"o{number}", "version": 0, "hold": number % 4, "outbox": waiting}
    held = {"held": f"t{number}"} if number % 2 else {}
    return state | held | {"ticket": {"id": f"t{number // 4}"}, "at": NOON}


@pytest.fixture(scope="module")
def server() -> FakeMongoServer:
    return stocked()


def stocked() -> FakeMongoServer:
    server = FakeMongoServer(lambda: NOON)
    ask(server, "create_index", [("outbox.id", 1)], sparse=True)
    ask(server, "create_index", [("held", 1)], unique=True, sparse=True)
    ask(server, "create_index", [("ticket.id", 1), ("hold", 1)], unique=True)
    ask(server, "create_index", [("at", 1)], expireAfterSeconds=60)
    for number in range(DOCUMENTS):
        ask(server, "insert_one", order(number))
    return server


def ask(server: FakeMongoServer, verb: str, *arguments: Any, **options: Any) -> Any:
    def effect(collection: Any) -> Any:
        answer = getattr(collection, verb)(*arguments, **options)
        return list(answer) if verb == "find" else answer

    return server.perform("orders", "orders", verb, effect)


def examined(server: FakeMongoServer, verb: str, *arguments: Any, **options: Any) -> int:
    before = server.examined
    ask(server, verb, *arguments, **options)
    return server.examined - before


def test_two_thousand_inserts_examine_few_documents_each() -> None:
    # One for each unique index, and up to four orders of the same ticket.
    assert stocked().examined <= 5 * DOCUMENTS


@pytest.mark.parametrize(
    ("search", "candidates"),
    [
        ({"_id": "o1500"}, 1),
        ({"_id": "o1500", "version": 0}, 1),
        ({"version": 0, "_id": "o1500"}, 1),
        ({"_id": "nobody"}, 0),
        ({"_id": {"$in": ["o1", "o2", "nobody"]}}, 2),
        ({"held": "t1501"}, 1),
        ({"held": {"$eq": "t1501"}}, 1),
        ({"ticket.id": "t300"}, 4),
        ({"ticket.id": "t300", "hold": 2}, 4),
        ({"ticket.id": "t300", "held": "t1201"}, 1),
        ({"outbox.id": {"$exists": True}}, 2),
        ({"outbox.id": "event-1000"}, 1),
    ],
)
def test_an_indexed_lookup_examines_only_what_can_match(
    server: FakeMongoServer, search: dict[str, Any], candidates: int
) -> None:
    assert examined(server, "find", search) == candidates


@pytest.mark.parametrize(
    "search",
    [
        {},
        {"version": 0},
        {"held": None},
        {"held": {"$exists": False}},
        {"held": {"$in": ["t1", None]}},
        {"held": {"$regex": "t1"}},
        {"hold": {"$gt": 2}, "_id": "o1"},
        {"$or": [{"_id": "o1"}, {"_id": "o2"}]},
    ],
)
def test_what_no_index_can_tell_is_left_to_the_scan(
    server: FakeMongoServer, search: dict[str, Any]
) -> None:
    assert examined(server, "find", search) == DOCUMENTS


def test_a_conditional_write_examines_its_document_and_its_rivals(server: FakeMongoServer) -> None:
    change = {"$set": {"version": 1}, "$push": {"outbox": {"$each": [{"id": "e"}]}}}
    # What keeps what it has in each unique index has no rivals there.
    assert examined(server, "update_one", {"_id": "o3", "version": 0}, change) == 1
    assert examined(server, "find", {"outbox.id": "e"}) == 1
    ask(server, "update_one", {"_id": "o3"}, {"$pull": {"outbox": {"id": "e"}}})
    assert examined(server, "find", {"outbox.id": "e"}) == 0


def test_a_write_that_changes_what_is_unique_examines_its_rivals(server: FakeMongoServer) -> None:
    # Itself to be found, then itself as it has become.
    assert examined(server, "update_one", {"_id": "o4"}, {"$set": {"held": "o4 alone"}}) == 1 + 1
    with pytest.raises(DuplicateKeyError):
        ask(server, "update_one", {"_id": "o4"}, {"$set": {"held": "t5"}})


def test_a_refused_insert_examines_few_documents(server: FakeMongoServer) -> None:
    before = server.examined
    with pytest.raises(DuplicateKeyError):
        ask(server, "insert_one", order(7) | {"_id": "rival"})
    assert server.examined - before <= 10


def test_expiry_reads_the_documents_only_when_one_can_have_expired(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    scans: list[datetime] = []
    scan: Any = CollectionStore._expire_documents

    def counted(store: CollectionStore, index: Any) -> None:
        scans.append(moments[-1])
        scan(store, index)

    monkeypatch.setattr(CollectionStore, "_expire_documents", counted)
    moments = [NOON]
    server = FakeMongoServer(lambda: moments[-1])
    ask(server, "create_index", [("at", 1)], expireAfterSeconds=60)
    for second in (0, 30):
        ask(server, "insert_one", {"_id": second, "at": NOON + timedelta(seconds=second)})
    del scans[:]  # the first look is a scan, since nothing is known yet
    for second, left in [(0, 2), (59, 2), (60, 1), (61, 1), (90, 1), (119, 1), (120, 0), (121, 0)]:
        moments.append(NOON + timedelta(seconds=second))
        assert ask(server, "count_documents", {}) == left
    assert scans == [NOON + timedelta(seconds=second) for second in (60, 120)]
