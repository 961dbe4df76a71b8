"""mongomock's collection, shown only the documents that a filter can match."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from mongomock.aggregate import process_pipeline
from mongomock.collection import Collection, validate_is_mapping
from mongomock.filtering import filter_applies, iter_key_candidates
from mongomock.helpers import get_value_by_dot, hashdict
from pymongo import ReturnDocument
from pymongo.errors import DuplicateKeyError, WriteError
from sentinels import NOTHING  # type: ignore[import-untyped]

from boxoffice.errors import NotSimulated
from boxoffice.servers.mongo.copies import as_found, as_stored, deepcopy
from boxoffice.servers.mongo.noticed import ALL, Fields, Noticed, fields_of
from boxoffice.servers.mongo.store import IndexedStore
from boxoffice.servers.mongo.terms import Document, is_match

_ABSENT = object()  # a field that is not there, which is not null
_BY_REFERENCE = object()  # a projection that hands out the stored document itself


class IndexedCollection(Collection):
    """A collection whose answers, their order and errors are mongomock's, at a constant cost.

    Where mongomock is too poor for an error it gets what a real server adds: a duplicate key
    names the index, the pattern and the value.  And a sparse index knows null from nothing.
    """

    noticed: "Noticed | None" = None  # what an operation looks at, while somebody wants to know
    _fields = ALL

    @property
    def _store(self) -> IndexedStore:
        store: IndexedStore = self._db_store[self._name]
        return store

    def page(
        self, search: Any, projection: Any, sort: Any, skip: int, limit: int
    ) -> list[Document]:
        """Find documents as a cursor would, but copy only those that are handed out."""
        search = {} if search is None else as_stored(search)
        validate_is_mapping("filter", search)
        if self.noticed is None:
            found = self._found(search, sort)
        else:
            with self._looking_at(fields_of(search, projection, sort)):
                found = self._found(search, sort)
        found = found[skip : skip + abs(limit)] if limit else found[skip:]
        return [self._copy_only_fields(document, projection, dict) for document in found]

    def _found(self, search: Any, sort: Any) -> list[Document]:
        try:
            if sort:
                return list(self._get_dataset(search, sort, _BY_REFERENCE, dict))
            return list(self._iter_documents(search))
        except IndexError:  # from a path that counts list items: to mongomock's cursors, the end
            return []

    def _copy_only_fields(self, document: Document, fields: Any, container: Any) -> Document:
        if fields is _BY_REFERENCE:
            return document
        if fields is None and container is dict:
            whole: Document = as_found(document)
            return whole
        if _leaves_out(fields):
            return {name: as_found(it) for name, it in document.items() if name not in fields}
        copied: Document = super()._copy_only_fields(document, fields, container)
        return copied

    @contextmanager
    def _looking_at(self, fields: Fields) -> Iterator[None]:
        self._fields = fields
        try:
            yield
        finally:
            self._fields = ALL

    def _iter_documents(self, search: Any) -> Iterator[Document]:
        store = self._store
        if self.noticed is not None:
            self.noticed.reads.append((search, self._fields))
        if store.is_empty:
            filter_applies(search, {})  # a malformed filter is refused even with nothing to filter
        return (it for it in store.candidates(search) if is_match(search, it))

    def distinct(self, key: str, filter: Any = None, session: Any = None) -> list[Any]:
        """Return each value once, in the order in which they are met, which is no set's."""
        met: dict[Any, None] = {}
        for document in self.find(filter, session=session):
            for value in iter_key_candidates(key, document):
                for item in value if isinstance(value, list | tuple) else (value,):
                    met.setdefault(hashdict(item) if isinstance(item, dict) else item)
        met.pop(NOTHING, None)
        return [dict(it) if isinstance(it, hashdict) else it for it in met]

    def through(self, stages: list[Document]) -> list[Document]:
        """Send documents through the stages of an aggregation.

        Raises: NotSimulated for one that would write, and what mongomock raises.
        """
        for stage in stages:
            for name in ("$out", "$merge"):
                if name in stage:
                    raise NotSimulated(
                        f"AsyncCollection.aggregate with {name}",
                        "take what it finds, and write it with insert_many or bulk_write",
                    )
        # A match at the beginning is a search, which an index may serve; mongomock reads all.
        search: Any = None
        if stages and list(stages[0]) == ["$match"]:
            search, stages = stages[0]["$match"], stages[1:]
        found = self.page(search, None, None, 0, 0)
        if stages and self.noticed is not None:
            self.noticed.elsewhere = True
        return list(process_pipeline(found, self.database, stages, None))

    def _find_and_modify(
        self, query: Any, projection: Any = None, *asked: Any, **options: Any
    ) -> Document | None:
        # mongomock looks for what it has shown: without the id it changes another document.
        found = super()._find_and_modify(query, None, *asked, **options)
        return None if found is None else self._copy_only_fields(found, projection, dict)

    def find_one_and_replace(
        self,
        filter: Any,
        replacement: Any,
        projection: Any = None,
        sort: Any = None,
        upsert: bool = False,
        return_document: bool = ReturnDocument.BEFORE,
        **options: Any,
    ) -> Document | None:
        if replacement:
            asked = (filter, replacement, projection, sort, upsert, return_document)
            replaced: Document | None = super().find_one_and_replace(*asked, **options)
            return replaced
        # mongomock takes an empty replacement for none.
        found = next(iter(self.page(filter, None, sort, 0, 1)), None)
        done = self.replace_one(filter if found is None else {"_id": found["_id"]}, {}, upsert)
        if return_document:
            found = self.find_one(done.upserted_id if found is None else found["_id"])
        return None if found is None else self._copy_only_fields(found, projection, dict)

    def _update(
        self, spec: Any, document: Any, upsert: bool = False, *asked: Any, **options: Any
    ) -> dict[str, Any]:
        if upsert or asked or any(options.values()) or type(document) is not dict:
            done: dict[str, Any] = super()._update(spec, document, upsert, *asked, **options)
            return done
        return self._update_first(as_stored(spec), as_stored(document))

    def _update_first(self, search: Any, change: Document) -> dict[str, Any]:
        # What mongomock's `_update` comes to for one document; its server takes back what fails.
        validate_is_mapping("spec", search)
        modified, found = False, next(self._iter_documents(search), None)
        self._store.contention["updates" if found else "updates that found nothing"] += 1
        if found is not None:
            before = deepcopy(found)
            self._apply_update_document(found, search, change, False)
            modified = found != before
            if modified and found.get("_id") != before.get("_id"):
                raise WriteError(
                    "After applying the update, the (immutable) field '_id' was found to have "
                    f"been altered to _id: {found.get('_id')}"
                )
            if modified:
                self._ensure_uniques(found, before)
        return {
            "connectionId": self.database.client._id,
            "err": None,
            "n": int(found is not None),
            "nModified": int(modified),
            "ok": 1,
            "upserted": None,
            "updatedExisting": found is not None,
        }

    def _apply_update_document(
        self, existing_document: Document, spec: Any, document: Any, was_insert: Any
    ) -> None:
        store = self._store
        key = store.begin(existing_document)
        try:
            super()._apply_update_document(existing_document, spec, document, was_insert)
        finally:
            store.end(key, existing_document)

    def _apply_update_pipeline(
        self, existing_document: Document, pipeline: Any, session: Any
    ) -> None:
        store = self._store
        key = store.begin(existing_document)
        try:
            super()._apply_update_pipeline(existing_document, pipeline, session)
        finally:
            store.end(key, existing_document)

    def _insert(self, document: Any, session: Any = None, ordered: bool = True) -> Any:
        try:
            return super()._insert(document, session, ordered)
        except DuplicateKeyError as error:
            if error.details is not None:
                raise
            self._store.contention["refused by _id_"] += 1
            raise self._duplicate_key("_id_", {"_id": 1}, {"_id": document["_id"]}) from error

    def _ensure_uniques(self, document: Document, before: Document | None = None) -> None:
        for name, index in self._store.indexes.items():
            if index.get("unique"):
                values = {path: _value_at(document, path) for path, _ in index["key"]}
                if before is not None and self._has_had(index, values, before):
                    continue
                if self._is_taken(index, values):
                    shown = {path: _null(value) for path, value in values.items()}
                    self._store.contention[f"refused by {name}"] += 1
                    raise self._duplicate_key(name, dict(index["key"]), shown)

    def _has_had(self, index: Mapping[str, Any], values: Document, before: Document) -> bool:
        """Tell whether a document keeps what it had, which nobody else can have."""
        if self.noticed is not None or index.get("partialFilterExpression") is not None:
            return False  # whoever listens hears of each look
        return all(_same(value, _value_at(before, path)) for path, value in values.items())

    def _is_taken(self, index: Mapping[str, Any], values: Document) -> bool:
        # The document itself is stored already, and is found with those that are like it.
        search: Document = {path: _null(value) for path, value in values.items()}
        if index.get("sparse"):
            if all(value is _ABSENT for value in values.values()):
                return False
            # It has what has one of the fields, also if that is null, and nothing else.
            # https://www.mongodb.com/docs/manual/core/index-sparse/
            if all(value is None for value in search.values()):
                search = {"$and": [search, {"$or": [{it: {"$exists": True}} for it in values]}]}
        partial = index.get("partialFilterExpression")
        if partial is not None:
            search = {"$and": [partial, search]}
        if self.noticed is None:
            return sum(1 for _ in self._iter_documents(search)) > 1
        with self._looking_at(Fields(frozenset(path.partition(".")[0] for path in values))):
            return sum(1 for _ in self._iter_documents(search)) > 1

    def _duplicate_key(
        self, name: str, pattern: Mapping[str, int], values: Mapping[str, Any]
    ) -> DuplicateKeyError:
        shown = ", ".join(f'{path}: "{value}"' for path, value in values.items())
        message = (
            f"E11000 duplicate key error collection: {self.full_name} "
            f"index: {name} dup key: {{ {shown} }}"
        )
        details = {
            "index": 0,
            "code": 11000,
            "errmsg": message,
            "keyPattern": dict(pattern),
            "keyValue": dict(values),
        }
        return DuplicateKeyError(message, 11000, details)


def _leaves_out(fields: Any) -> bool:
    # As most projections do: one whole field, and not the id.
    if type(fields) is not dict or len(fields) != 1:
        return False
    [(name, wanted)] = fields.items()
    return type(wanted) is int and wanted == 0 and name != "_id" and not {".", "$"} & set(name)


def _value_at(document: Document, path: str) -> Any:
    try:
        return get_value_by_dot(document, path)
    except KeyError:
        return _ABSENT


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and bool(one == other)


def _null(value: Any) -> Any:
    return None if value is _ABSENT else value
