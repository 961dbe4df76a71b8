"""A MongoDB server that lives as long as the world, whatever becomes of its clients."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cached_property, partial
from typing import Any, TypeVar

import mongomock
from bson import Timestamp
from mongomock.database import Database
from mongomock.filtering import filter_applies

from boxoffice.clock.randomness import Random
from boxoffice.servers.mongo.collection import IndexedCollection
from boxoffice.servers.mongo.copies import deepcopy
from boxoffice.servers.mongo.noticed import Noticed
from boxoffice.servers.mongo.patches import InPlace, Names
from boxoffice.servers.mongo.replication import Change, Outcome, Replication
from boxoffice.servers.mongo.store import IndexedServer, IndexedStore
from boxoffice.servers.mongo.terms import Document, terms_in

Answer = TypeVar("Answer")
_mongomock: Any = mongomock  # its type stub leaves out what is replaced here


class FakeMongoServer:
    """Databases, collections and documents; what a request does here is done at once or not at all.

    `now` gives the moment, aware or in naive UTC.  `observe`, if set, is called after each write
    that changed a document as `observe("write", db=, collection=, id=, before=, after=, verb=)`;
    `before` is None for an insert and `after` for a removal, and both are private copies.  `verb`
    is the client's method, or "expire" where the server itself removed a document.  `notice`, if
    set, is told after each operation what it has looked at and changed, as `notice(db,
    collection, noticed)`.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.observe: Callable[..., None] | None = None
        self.notice: Callable[[str, str, Noticed], None] | None = None
        self._now = now
        self._stores = IndexedServer()
        self._stamps = 0
        self._replication: Replication | None = None
        self._collections: dict[tuple[str, str], IndexedCollection] = {}

    def keep(self, lag_s: float, loop: asyncio.AbstractEventLoop) -> None:
        """Be the primary of a replica set whose other members are `lag_s` seconds behind."""
        self._replication = Replication(lag_s, loop)

    def fail_over(self, loses_s: float) -> None:
        """Lose what was written in the last `loses_s` seconds and no majority has."""
        assert self._replication is not None, "without members there is nothing to fail over to"
        self._replication.fail_over(loses_s)

    def once_durable(self, outcome: Outcome, within_s: float) -> Outcome | asyncio.Future[Outcome]:
        """Return an answer to a write, or what becomes one when a majority has the write."""
        if self._replication is None:
            return outcome
        return self._replication.once_durable(outcome, within_s)

    @property
    def databases(self) -> dict[str, list[str]]:
        """Name the collections of each database, in the order of their first use."""
        return {
            name: self._stores[name].list_created_collection_names()
            for name in self._stores.list_created_database_names()
        }

    @property
    def touched(self) -> list[str]:
        """Name the collections that were ever written, read or made, `database.collection`."""
        made = (f"{db}.{it}" for db, names in self.databases.items() for it in names)
        return list(dict.fromkeys((*(f"{db}.{it}" for db, it in self._collections), *made)))

    @property
    def examined(self) -> int:
        """Count the documents put before a filter since the server began: the cost of lookups."""
        return sum(
            store.examined
            for database in self._stores._databases.values()
            for store in database._collections.values()
        )

    @property
    def contention(self) -> dict[str, int]:
        """Count how often writes met others: `database.collection: refused by index`, and so on.

        A unique index that has refused nothing is named all the same.
        """
        return {
            f"{db}.{name}: {what}": count
            for db, names in self.databases.items()
            for name in names
            for what, count in self._stores[db][name].met().items()
        }

    def documents(self, db: str, collection: str) -> list[Document]:
        """Copy all documents of a collection, sorted by `_id`, past any link."""
        found = self._stores[db][collection]._documents.values()
        return sorted(map(deepcopy, found), key=lambda it: str(it["_id"]))

    def find_by_id(self, db: str, collection: str, id: Any) -> Document | None:
        """Copy the document with this `_id`, past any link; None if there is none."""
        found: Document | None = deepcopy(self._stores[db][collection]._documents.get(id))
        return found

    def documents_with(self, db: str, collection: str, path: str) -> list[Document]:
        """Copy the documents that have something at `path`, sorted by `_id`, past any link.

        Where `path` is indexed, the others are not looked at.
        """
        found = self._stores[db][collection].candidates({path: {"$exists": True}})
        filled = [deepcopy(it) for it in found if terms_in(it, path)]
        return sorted(filled, key=lambda it: str(it["_id"]))

    def matching(self, db: str, collection: str, search: Any) -> Iterator[Document]:
        """Yield copies of the documents that a filter finds, past any link."""
        for document in self._stores[db][collection].candidates(search):
            if filter_applies(search, document):
                yield deepcopy(document)

    def put(self, db: str, collection: str, document: Document) -> None:
        """Put a document there by hand, past any link, untold, and as all members have it.

        Raises: pymongo.errors.DuplicateKeyError.
        """
        kept, self.observe, self._replication = (self.observe, self._replication), None, None
        try:
            self.perform(db, collection, "insert_one", lambda it: it.insert_one(document))
        finally:
            self.observe, self._replication = kept

    def create(self, db: str, collection: str) -> None:
        """Make an empty collection."""
        self._stores[db][collection].create()

    def perform(
        self,
        db: str,
        collection: str,
        verb: str,
        effect: Callable[[IndexedCollection], Answer],
        of_majority: bool = False,
    ) -> Answer:
        """Run `effect` on a collection; if it raises, the documents are as they were before.

        With `of_majority` it reads, and sees only what no fail-over can take back.
        """
        if self.notice is None:
            return self._performed(db, collection, verb, effect, of_majority)
        noticed = self._collection(db, collection).noticed = Noticed()
        try:
            return self._performed(db, collection, verb, effect, of_majority)
        except BaseException as error:
            noticed.error = error
            raise
        finally:
            self._collection(db, collection).noticed = None
            self.notice(db, collection, noticed)

    def _performed(
        self,
        db: str,
        collection: str,
        verb: str,
        effect: Callable[[IndexedCollection], Answer],
        of_majority: bool,
    ) -> Answer:
        store = self._stores[db][collection]
        with self._in_place:
            try:
                if store.can_expire:  # what has is gone whether the effect succeeds or not
                    store.expire()
                    self._announce(store, db, collection, "expire")
                if of_majority and self._replication is not None:
                    with self._replication.as_a_majority_has_it():
                        answer = effect(self._collection(db, collection))
                else:
                    answer = effect(self._collection(db, collection))
            except BaseException as error:
                if noticed := self._collection(db, collection).noticed:
                    noticed.tried = store.changing(error)
                store.revert()
                raise
        self._announce(store, db, collection, verb)
        return answer

    def _announce(self, store: IndexedStore, db: str, collection: str, verb: str) -> None:
        changes = store.changes()
        if not changes:
            return
        if (noticed := self._collection(db, collection).noticed) is not None:
            noticed.changes += changes
        if self._replication is not None:
            tell = partial(self._tell, changes, db, collection, verb)
            self._replication.write(store, changes, tell)
        else:
            self._tell(changes, db, collection, verb)

    def _tell(self, changes: list[Change], db: str, collection: str, verb: str) -> None:
        for before, after in changes:
            document = before if after is None else after
            if self.observe is not None and document is not None:
                self.observe(
                    "write",
                    db=db,
                    collection=collection,
                    id=document["_id"],
                    before=before,
                    after=after,
                    verb=verb,
                )

    @cached_property
    def _mongomock(self) -> Any:
        client = _mongomock.MongoClient(_store=self._stores)
        client._id = 0  # mongomock numbers its clients through the whole process
        return client

    def _collection(self, db: str, name: str) -> IndexedCollection:
        if (db, name) not in self._collections:
            store = self._stores[db]
            database = Database(self._mongomock, db, store)
            database._ensure_valid_collection_name(name)
            self._collections[db, name] = IndexedCollection(database, name, _db_store=store)
        return self._collections[db, name]

    @cached_property
    def _in_place(self) -> InPlace:
        # A sample is drawn by chance, and by the same chance in every run.
        return InPlace(Names(self._utcnow, self._timestamp, Random("samples")))

    def _utcnow(self) -> datetime:
        now = self._now()
        return now.astimezone(UTC).replace(tzinfo=None) if now.tzinfo else now

    def _timestamp(self) -> Timestamp:
        self._stamps += 1
        return Timestamp(self._utcnow().replace(tzinfo=UTC), self._stamps)
