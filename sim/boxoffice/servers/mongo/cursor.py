"""Cursors whose documents all come in one answer."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from pymongo.errors import InvalidOperation
from pymongo.helpers_shared import _index_document, _index_list

from boxoffice.servers.mongo.terms import Document
from boxoffice.servers.mongo.unsupported import refuse_attribute

if TYPE_CHECKING:
    from boxoffice.servers.mongo.calls import Calls

Fetch = Callable[[Any, int, int], Awaitable[list[Document]]]
Self = TypeVar("Self", bound="_Cursor")


class _Cursor:
    """What both kinds have: documents in their order, until there are none."""

    _waiting: list[Document] | None = None

    async def to_list(self, length: int | None = None) -> list[Document]:
        """Take the next `length` documents, or all that are left."""
        if length is not None and length < 1:
            raise ValueError("to_list() length must be greater than 0")
        waiting = await self._started()
        taken = waiting[:length]
        del waiting[:length]
        return taken

    async def next(self) -> Document:
        """Take the next document.  Raises: StopAsyncIteration."""
        waiting = await self._started()
        if not waiting:
            raise StopAsyncIteration
        return waiting.pop(0)

    __anext__ = next

    def __aiter__(self) -> AsyncIterator[Document]:
        return self

    @property
    def alive(self) -> bool:
        """Whether there may be more to take."""
        return self._waiting is None or bool(self._waiting)

    async def close(self) -> None:
        """Drop what has not been taken."""
        self._waiting = []

    async def __aenter__(self: Self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def _started(self) -> list[Document]:
        raise NotImplementedError


class FakeCursor(_Cursor):
    """`AsyncCursor`: a query, made when the first document is asked for.

    `fetch` takes sort, skip and limit.
    """

    def __init__(self, collection: "Calls", fetch: Fetch, sort: Any, skip: int, limit: int) -> None:
        self.collection = collection
        self._fetch = fetch
        self._sort = _ordering(sort) if sort else None
        self._skip = skip
        self._limit = limit

    def sort(self, key_or_list: Any, direction: int | str | None = None) -> "FakeCursor":
        """Order by a field, or by a list of pairs.  Raises: InvalidOperation once started."""
        self._refuse_if_started()
        self._sort = _ordering(_index_list(key_or_list, direction))
        return self

    def skip(self, skip: int) -> "FakeCursor":
        """Leave out the first documents.  Raises: InvalidOperation once started."""
        self._refuse_if_started()
        if skip < 0:
            raise ValueError("skip must be >= 0")
        self._skip = skip
        return self

    def limit(self, limit: int) -> "FakeCursor":
        """Stop after so many documents, 0 for no limit.  Raises: InvalidOperation once started."""
        self._refuse_if_started()
        self._limit = limit
        return self

    def _as_it_is(self, _: Any) -> "FakeCursor":
        """Take what changes no answer.  Raises: InvalidOperation once started."""
        self._refuse_if_started()
        return self

    batch_size = max_time_ms = max_await_time_ms = allow_disk_use = comment = _as_it_is

    def clone(self) -> "FakeCursor":
        """Return the same query, to be made anew."""
        return FakeCursor(self.collection, self._fetch, self._sort, self._skip, self._limit)

    async def rewind(self) -> "FakeCursor":
        """Go back to before the query."""
        self._waiting = None
        return self

    async def _started(self) -> list[Document]:
        if self._waiting is None:
            self._waiting = await self._fetch(self._sort, self._skip, self._limit)
        return self._waiting

    def _refuse_if_started(self) -> None:
        if self._waiting is not None:
            raise InvalidOperation("cannot set options after executing query")

    def __getattr__(self, name: str) -> NoReturn:
        refuse_attribute("AsyncCursor", name)


class FakeCommandCursor(_Cursor):
    """`AsyncCommandCursor`: what a command has answered."""

    def __init__(self, found: list[Document]) -> None:
        self._waiting = found

    async def try_next(self) -> Document | None:
        """Take the next document, if there is one."""
        return self._waiting.pop(0) if self._waiting else None

    def batch_size(self, batch_size: int) -> "FakeCommandCursor":
        """Take what changes no answer."""
        return self

    async def _started(self) -> list[Document]:
        return self._waiting or []

    def __getattr__(self, name: str) -> NoReturn:
        refuse_attribute("AsyncCommandCursor", name)


def _ordering(sort: Any) -> list[tuple[str, Any]]:
    return list(_index_document(sort).items())
