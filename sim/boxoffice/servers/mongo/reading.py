"""The methods of a collection that change nothing."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections.abc import Mapping, Sequence
from typing import Any

from pymongo.helpers_shared import _index_document

from boxoffice.servers.mongo.calls import Calls
from boxoffice.servers.mongo.collection import IndexedCollection
from boxoffice.servers.mongo.copies import deepcopy
from boxoffice.servers.mongo.cursor import FakeCommandCursor, FakeCursor
from boxoffice.servers.mongo.options import take
from boxoffice.servers.mongo.terms import Document


class Reading(Calls):
    """Finding, counting, and sending documents through stages."""

    async def find_one(
        self,
        filter: Any = None,
        projection: Any = None,
        *,
        sort: Any = None,
        skip: int = 0,
        **options: Any,
    ) -> Document | None:
        take("find_one", options)
        search = filter if filter is None or isinstance(filter, Mapping) else {"_id": filter}
        order = list(_index_document(sort).items()) if sort else None
        asked = deepcopy((search, projection, order, skip, 1))
        found = await self._read("find_one", lambda it: it.page(*asked))
        return self._found(found[0]) if found else None

    def find(
        self,
        filter: Any = None,
        projection: Any = None,
        skip: int = 0,
        limit: int = 0,
        *,
        sort: Any = None,
        **options: Any,
    ) -> FakeCursor:
        """Prepare a query; it is one call, made when the first document is asked for."""
        take("find", options)
        search, fields = deepcopy((filter, projection))

        async def fetch(order: Any, skip: int, limit: int) -> list[Document]:
            found = await self._read("find", lambda it: it.page(search, fields, order, skip, limit))
            return self._found(found)

        return FakeCursor(self, fetch, sort, skip, limit)

    async def aggregate(
        self, pipeline: Sequence[Mapping[str, Any]], **options: Any
    ) -> FakeCommandCursor:
        """Send documents through stages.  Raises: NotSimulated for one that mongomock has not."""
        take("aggregate", options)
        stages = deepcopy(list(pipeline))
        found = await self._read("aggregate", lambda it: it.through(stages))
        return FakeCommandCursor(self._found(found))

    async def distinct(self, key: str, filter: Any = None, **options: Any) -> list[Any]:
        """List the values that a field has, each once."""
        take("distinct", options)
        search = deepcopy(filter)
        found = await self._read("distinct", lambda it: list(it.distinct(key, search)))
        return self._found(found)

    async def count_documents(
        self, filter: Any, *, skip: int = 0, limit: int | None = None, **options: Any
    ) -> int:
        take("count_documents", options)
        search, bounds = deepcopy(filter), {"skip": skip}
        if limit is not None:
            bounds["limit"] = limit
        return await self._read("count_documents", lambda it: it.count_documents(search, **bounds))

    async def estimated_document_count(self, **options: Any) -> int:
        take("estimated_document_count", options)

        def effect(it: IndexedCollection) -> int:
            counted: int = it.count_documents({})
            return counted

        return await self._read("estimated_document_count", effect)
