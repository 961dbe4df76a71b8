"""What a server keeps: mongomock's stores, with indexes and a memory of what changed."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, Final

import mongomock
from mongomock.helpers import hashdict
from mongomock.store import (
    CollectionStore,
    DatabaseStore,
    ServerStore,
    _get_min_datetime_from_value,
)

from boxoffice.servers.mongo.copies import deepcopy
from boxoffice.servers.mongo.index import Identities, Index, Key
from boxoffice.servers.mongo.terms import Document, Term, can_be_filed, conditions

_mongomock: Any = mongomock  # its type stub leaves out `utcnow`

SWEEP_S: Final = 60.0
# mongomock's times are naive UTC, as documents come back from PyMongo.
_ALWAYS = datetime.min
_NEVER = datetime.max


class IndexedStore(CollectionStore):
    """The documents of one collection; every change passes through here and is remembered."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.contention = Counter[str]()  # how often a write met others, in words
        self.examined = 0  # documents put before mongomock's filter, ever: the cost of lookups
        # mongomock answers in the order of insertion, and a replaced document keeps its place.
        self._places: dict[Key, int] = {}
        self._next_place = 0
        self._before: dict[Key, Document | None] = {}
        self._forget_indexes()

    def _forget_indexes(self) -> None:
        self._indexes: dict[str, Index | Identities] = {"_id": Identities(self._documents)}
        self._first_moments: dict[str, datetime] = {}

    def drop(self) -> None:
        for key in list(self._documents):  # each is a change that is told
            del self[key]
        super().drop()
        self._forget_indexes()

    def met(self) -> dict[str, int]:
        """Return how often writes met others, with each unique index, whether it refused or not."""
        names = [name for name, index in self.indexes.items() if index.get("unique")]
        return {f"refused by {name}": 0 for name in names} | dict(self.contention)

    def __setitem__(self, key: Key, document: Document) -> None:
        self._remember(key)
        super().__setitem__(key, document)
        if key not in self._places:
            self._places[key] = self._next_place
            self._next_place += 1
        self._file(key, document)

    def __delitem__(self, key: Key) -> None:
        self._remember(key)
        super().__delitem__(key)
        del self._places[key]
        for index in self._indexes.values():
            index.remove(key)

    def begin(self, document: Document) -> Key | None:
        """Remember `document`, which is about to be changed in place; None if it is not stored."""
        key = key_of(document)
        if self._documents.get(key) is not document:
            return None
        self._remember(key)
        return key

    def end(self, key: Key | None, document: Document) -> None:
        """File what `document`, begun as `key`, has become."""
        if key is not None:
            self._file(key, document)

    def create_index(self, index_name: str, index_dict: dict[str, Any]) -> None:
        super().create_index(index_name, index_dict)
        path = next(iter(index_dict["key"]))[0]
        if index_dict.get("expireAfterSeconds") is not None:
            # Before the first look nothing is known, so the first look is a scan.
            self._first_moments[path] = _ALWAYS
        if path not in self._indexes and can_be_filed(path):
            index = self._indexes[path] = Index(path)
            for key, document in self._documents.items():
                index.file(key, document)

    def candidates(self, search_filter: Any) -> list[Document]:
        """List the documents that can match `search_filter`, in mongomock's order."""
        served = [
            (index, terms)
            for path, terms in conditions(search_filter)
            if (index := self._indexes.get(path)) is not None
        ]
        if not served:
            found = list(self.documents)
        else:
            index, terms = min(served, key=_count) if len(served) > 1 else served[0]
            keys = list(index.keys(terms))
            if len(keys) > 1:
                keys.sort(key=self._places.__getitem__)
            found = [self._documents[key] for key in keys]
        self.examined += len(found)
        return found

    @property
    def can_expire(self) -> bool:
        """Whether anything here ever can."""
        return bool(self._first_moments)

    def expire(self) -> None:
        """Remove the documents that had outlived an index with `expireAfterSeconds` at the sweep.

        A server sweeps once a minute, so that what is over may still be found for as long.
        (MongoDB's manual, "TTL Indexes": the timing of the delete operation; `ttlMonitorSleepSecs`)
        """
        self._remove_expired_documents()

    def changes(self) -> list[tuple[Document | None, Document | None]]:
        """List what changed since the last call, as pairs of a copy before and a copy after."""
        remembered, self._before = self._before, {}
        if not remembered:
            return []
        return [
            (before, deepcopy(after))
            for key, before in remembered.items()
            if before != (after := self._documents.get(key))
        ]

    def changing(self, error: BaseException) -> list[Key]:
        """List the ids of what has changed since `changes`, or was refused since it was taken."""
        taken = (getattr(error, "details", None) or {}).get("keyValue", {})
        return [*self._before, *([taken["_id"]] if set(taken) == {"_id"} else [])]

    def revert(self) -> None:
        """Undo what changed since the last call of `changes`."""
        for key, before in list(self._before.items()):
            if before is not None:
                self[key] = before
            elif key in self._documents:
                del self[key]
        self._before = {}

    def put_back(self, now: Document | None, wanted: Document | None) -> None:
        """Make a document what it is to be, as if it had always been; None for none."""
        if wanted is not None:
            self[key_of(wanted)] = deepcopy(wanted)
        elif now is not None and key_of(now) in self._documents:  # or it has expired meanwhile
            del self[key_of(now)]
        self._before = {}

    def _remember(self, key: Key) -> None:
        if key not in self._before:
            self._before[key] = deepcopy(self._documents.get(key))

    def _file(self, key: Key, document: Document) -> None:
        for index in self._indexes.values():
            index.file(key, document)
        self._note_moments(document)

    def _note_moments(self, document: Document) -> None:
        for path, first in self._first_moments.items():
            moment = _get_min_datetime_from_value(document.get(path))
            if isinstance(moment, datetime) and moment < first:
                self._first_moments[path] = moment

    def _expire_documents(self, index: dict[str, Any]) -> None:
        # mongomock reads every document for this, before every operation.  Nothing can have
        # expired while the earliest moment that was ever filed has not.
        path = next(iter(index["key"]))[0]
        age = last_sweep(_mongomock.utcnow()) - self._first_moments[path]
        if age.total_seconds() < index["expireAfterSeconds"]:
            return
        super()._expire_documents(index)
        self._first_moments[path] = _NEVER
        for document in self._documents.values():
            self._note_moments(document)

    def _value_meets_expiry(self, val: Any, expiry: int, ttl_now: datetime) -> bool:
        return bool(super()._value_meets_expiry(val, expiry, last_sweep(ttl_now)))


def last_sweep(now: datetime) -> datetime:
    """Return when a server has last removed what was over by then.

    >>> last_sweep(datetime(2030, 1, 1, 12, 1, 59))
    datetime.datetime(2030, 1, 1, 12, 1)
    """
    return now - timedelta(seconds=(now - datetime.min).total_seconds() % SWEEP_S)


def _count(served: tuple[Index | Identities, tuple[Term, ...]]) -> int:
    index, terms = served
    return index.count(terms)


def key_of(document: Document) -> Key:
    """Tell the key that mongomock stores `document` under."""
    identity: Any = document.get("_id")
    return hashdict(identity) if isinstance(identity, dict) else identity


class IndexedDatabase(DatabaseStore):
    """The collections of one database, in the order of their first use."""

    def __getitem__(self, name: str) -> IndexedStore:
        if name not in self._collections:
            self._collections[name] = IndexedStore(name)
        store: IndexedStore = self._collections[name]
        return store


class IndexedServer(ServerStore):
    """The databases of one server, in the order of their first use."""

    def __getitem__(self, name: str) -> IndexedDatabase:
        if name not in self._databases:
            self._databases[name] = IndexedDatabase()
        database: IndexedDatabase = self._databases[name]
        return database
