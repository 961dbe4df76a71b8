"""mongomock's collection, shown only the documents that a filter can match."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections.abc import Iterator, Mapping
from typing import Any

from mongomock.collection import Collection
from mongomock.filtering import filter_applies
from mongomock.helpers import get_value_by_dot
from pymongo.errors import DuplicateKeyError

from sim.fakes.mongo.store import IndexedStore
from sim.fakes.mongo.terms import Document

_BY_REFERENCE = object()  # a projection that hands out the stored document itself


class IndexedCollection(Collection):
    """A collection whose answers, their order and errors are mongomock's, at a constant cost.

    Where mongomock is too poor for an error it gets what a real server adds: a duplicate key
    names the index, the pattern and the value.
    """

    @property
    def _store(self) -> IndexedStore:
        store: IndexedStore = self._db_store[self._name]
        return store

    def page(
        self, search: Any, projection: Any, sort: Any, skip: int, limit: int
    ) -> list[Document]:
        """Find documents as a cursor would, but copy only those that are handed out."""
        found = list(self.find(search, _BY_REFERENCE, skip, limit, sort=sort))
        return [self._copy_only_fields(document, projection, dict) for document in found]

    def _copy_only_fields(self, document: Document, fields: Any, container: Any) -> Document:
        if fields is _BY_REFERENCE:
            return document
        copied: Document = super()._copy_only_fields(document, fields, container)
        return copied

    def _iter_documents(self, search: Any) -> Iterator[Document]:
        store = self._store
        if store.is_empty:
            filter_applies(search, {})  # a malformed filter is refused even with nothing to filter
        return (it for it in store.candidates(search) if filter_applies(search, it))

    def _apply_update_document(
        self, existing_document: Document, spec: Any, document: Any, was_insert: Any
    ) -> None:
        with self._store.changing(existing_document):
            super()._apply_update_document(existing_document, spec, document, was_insert)

    def _apply_update_pipeline(
        self, existing_document: Document, pipeline: Any, session: Any
    ) -> None:
        with self._store.changing(existing_document):
            super()._apply_update_pipeline(existing_document, pipeline, session)

    def _insert(self, document: Any, session: Any = None, ordered: bool = True) -> Any:
        try:
            return super()._insert(document, session, ordered)
        except DuplicateKeyError as error:
            if error.details is not None:
                raise
            raise self._duplicate_key("_id_", {"_id": 1}, {"_id": document["_id"]}) from error

    def _ensure_uniques(self, document: Document) -> None:
        try:
            super()._ensure_uniques(document)
        except DuplicateKeyError as error:
            for name, index in self._store.indexes.items():
                if index.get("unique"):
                    values = {path: _value_at(document, path) for path, _ in index["key"]}
                    if self._is_taken(index, values):
                        raise self._duplicate_key(name, dict(index["key"]), values) from error
            raise

    def _is_taken(self, index: Mapping[str, Any], values: Document) -> bool:
        # The order of indexes and these conditions are mongomock's; it does not say which failed.
        if index.get("sparse") and all(value is None for value in values.values()):
            return False
        partial = index.get("partialFilterExpression")
        search = values if partial is None else {"$and": [partial, values]}
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


def _value_at(document: Document, path: str) -> Any:
    try:
        return get_value_by_dot(document, path)
    except KeyError:
        return None
