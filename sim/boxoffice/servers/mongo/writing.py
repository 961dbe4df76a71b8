"""The methods of a collection that change documents."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections.abc import Iterable, Sequence
from typing import Any

from pymongo import ReturnDocument
from pymongo.common import validate_ok_for_replace, validate_ok_for_update
from pymongo.helpers_shared import _index_document
from pymongo.results import (
    BulkWriteResult,
    DeleteResult,
    InsertManyResult,
    InsertOneResult,
    UpdateResult,
)

from boxoffice.servers.mongo.batch import Batch, Statement
from boxoffice.servers.mongo.calls import Calls, with_id
from boxoffice.servers.mongo.collection import IndexedCollection
from boxoffice.servers.mongo.conflicts import refuse_conflicts
from boxoffice.servers.mongo.copies import deepcopy
from boxoffice.servers.mongo.options import take
from boxoffice.servers.mongo.terms import Document


class Writing(Calls):
    """Inserting, changing and removing.

    Arguments are copied when a method is called, as a driver encodes a request before it leaves.
    """

    async def insert_one(self, document: Document, **options: Any) -> InsertOneResult:
        take("insert_one", options)
        sent = with_id(document)
        return await self._write("insert_one", lambda it: it.insert_one(sent))

    async def insert_many(
        self, documents: Iterable[Document], ordered: bool = True, **options: Any
    ) -> InsertManyResult:
        """Insert each; what was inserted before an error stays.  Raises: BulkWriteError."""
        take("insert_many", options)
        batch = Batch()
        if not isinstance(documents, Iterable) or isinstance(documents, dict) or not documents:
            raise TypeError("documents must be a non-empty list")
        ids = [batch.add_insert(document) for document in documents]
        await self._write_all("insert_many", batch.statements, ordered)
        return InsertManyResult(ids, acknowledged=True)

    async def bulk_write(
        self, requests: Sequence[Any], ordered: bool = True, **options: Any
    ) -> BulkWriteResult:
        """Do each; what was done before an error stays.  Raises: BulkWriteError."""
        take("bulk_write", options)
        batch = Batch()
        for request in requests:
            try:
                request._add_to_bulk(batch)
            except AttributeError as error:
                raise TypeError(f"{request!r} is not a valid request") from error
        done = await self._write_all("bulk_write", batch.statements, ordered)
        return BulkWriteResult(done, acknowledged=True)

    async def _write_all(
        self, verb: str, statements: list[Statement], ordered: bool
    ) -> dict[str, Any]:
        client, db = self.database.client, self.database.name
        return await client.write_all(db, self.name, verb, statements, ordered, self._concerns)

    async def update_one(
        self, filter: Any, update: Any, upsert: bool = False, **options: Any
    ) -> UpdateResult:
        take("update_one", options)
        validate_ok_for_update(update)
        search, change = deepcopy((filter, update))

        def effect(it: IndexedCollection) -> UpdateResult:
            refuse_conflicts(change)
            done: UpdateResult = it.update_one(search, change, upsert)
            return done

        return await self._write("update_one", effect)

    async def update_many(
        self, filter: Any, update: Any, upsert: bool = False, **options: Any
    ) -> UpdateResult:
        take("update_many", options)
        validate_ok_for_update(update)
        search, change = deepcopy((filter, update))

        def effect(it: IndexedCollection) -> UpdateResult:
            refuse_conflicts(change)
            done: UpdateResult = it.update_many(search, change, upsert)
            return done

        return await self._write("update_many", effect)

    async def replace_one(
        self, filter: Any, replacement: Any, upsert: bool = False, **options: Any
    ) -> UpdateResult:
        take("replace_one", options)
        validate_ok_for_replace(replacement)
        search, state = deepcopy((filter, replacement))
        return await self._write("replace_one", lambda it: it.replace_one(search, state, upsert))

    async def find_one_and_update(
        self,
        filter: Any,
        update: Any,
        projection: Any = None,
        sort: Any = None,
        upsert: bool = False,
        return_document: bool = ReturnDocument.BEFORE,
        **options: Any,
    ) -> Document | None:
        take("find_one_and_update", options)
        validate_ok_for_update(update)
        asked = (*deepcopy((filter, update, projection, _order(sort))), upsert, return_document)

        def effect(it: IndexedCollection) -> Document | None:
            refuse_conflicts(asked[1])
            found: Document | None = it.find_one_and_update(*asked)
            return found

        return self._found(await self._write("find_one_and_update", effect))

    async def find_one_and_replace(
        self,
        filter: Any,
        replacement: Any,
        projection: Any = None,
        sort: Any = None,
        upsert: bool = False,
        return_document: bool = ReturnDocument.BEFORE,
        **options: Any,
    ) -> Document | None:
        take("find_one_and_replace", options)
        validate_ok_for_replace(replacement)
        sent = deepcopy((filter, replacement, projection, _order(sort)))
        asked = (*sent, upsert, return_document)

        def effect(it: IndexedCollection) -> Document | None:
            found: Document | None = it.find_one_and_replace(*asked)
            return found

        return self._found(await self._write("find_one_and_replace", effect))

    async def find_one_and_delete(
        self, filter: Any, projection: Any = None, sort: Any = None, **options: Any
    ) -> Document | None:
        take("find_one_and_delete", options)
        asked = deepcopy((filter, projection, _order(sort)))

        def effect(it: IndexedCollection) -> Document | None:
            found: Document | None = it.find_one_and_delete(*asked)
            return found

        return self._found(await self._write("find_one_and_delete", effect))

    async def delete_one(self, filter: Any, **options: Any) -> DeleteResult:
        take("delete_one", options)
        search = deepcopy(filter)
        return await self._write("delete_one", lambda it: it.delete_one(search))

    async def delete_many(self, filter: Any, **options: Any) -> DeleteResult:
        take("delete_many", options)
        search = deepcopy(filter)
        return await self._write("delete_many", lambda it: it.delete_many(search))

    async def drop(self, **options: Any) -> None:
        """Remove all documents and indexes."""
        take("drop", options)
        await self._write("drop", lambda it: it.drop())


def _order(sort: Any) -> list[tuple[str, Any]] | None:
    return list(_index_document(sort).items()) if sort else None
