"""A cursor whose documents all come in one answer."""

from collections.abc import Awaitable, Callable
from typing import Any

from pymongo.errors import InvalidOperation

from boxoffice.servers.mongo.terms import Document

Fetch = Callable[[Any, int, int], Awaitable[list[Document]]]


class FakeCursor:
    """`AsyncCursor`, as far as the services speak it; `fetch` takes sort, skip and limit."""

    def __init__(self, fetch: Fetch, sort: Any, skip: int, limit: int) -> None:
        self._fetch = fetch
        self._sort = sort
        self._skip = skip
        self._limit = limit
        self._waiting: list[Document] | None = None

    def sort(self, key_or_list: Any, direction: int | None = None) -> "FakeCursor":
        """Order by a field, or by a list of pairs.  Raises: InvalidOperation once started."""
        self._refuse_if_started()
        if isinstance(key_or_list, str):
            self._sort = [(key_or_list, direction or 1)]
        else:
            self._sort = list(dict(key_or_list).items())
        return self

    def skip(self, skip: int) -> "FakeCursor":
        """Leave out the first documents.  Raises: InvalidOperation once started."""
        self._refuse_if_started()
        self._skip = skip
        return self

    def limit(self, limit: int) -> "FakeCursor":
        """Stop after so many documents, 0 for no limit.  Raises: InvalidOperation once started."""
        self._refuse_if_started()
        self._limit = limit
        return self

    async def to_list(self, length: int | None = None) -> list[Document]:
        """Take the next `length` documents, or all that are left."""
        if length is not None and length < 1:
            raise ValueError("to_list() length must be greater than 0")
        waiting = await self._started()
        taken = waiting[:length]
        del waiting[:length]
        return taken

    def __aiter__(self) -> "FakeCursor":
        return self

    async def __anext__(self) -> Document:
        waiting = await self._started()
        if not waiting:
            raise StopAsyncIteration
        return waiting.pop(0)

    async def close(self) -> None:
        """Drop what has not been taken."""
        self._waiting = []

    async def _started(self) -> list[Document]:
        if self._waiting is None:
            self._waiting = await self._fetch(self._sort, self._skip, self._limit)
        return self._waiting

    def _refuse_if_started(self) -> None:
        if self._waiting is not None:
            raise InvalidOperation("cannot set options after executing query")
