"""The methods of a collection that are about its indexes."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections.abc import Mapping, Sequence
from typing import Any, Final

from bson import Decimal128
from pymongo import IndexModel
from pymongo.errors import OperationFailure
from pymongo.helpers_shared import _gen_index_name, _index_document, _index_list

from boxoffice.servers.mongo.calls import Calls
from boxoffice.servers.mongo.collection import IndexedCollection
from boxoffice.servers.mongo.cursor import FakeCommandCursor
from boxoffice.servers.mongo.options import take
from boxoffice.servers.mongo.unsupported import not_simulated

_UNDERSTOOD: Final = frozenset(
    {"expireAfterSeconds", "name", "partialFilterExpression", "sparse", "unique"}
)
_TRUTHS: Final = ("unique", "sparse")
_TYPE_MISMATCH: Final = 14
_OF_ID: Final = "_id_"


class Indexing(Calls):
    """Making indexes, listing and dropping them."""

    async def create_index(self, keys: Any, **options: Any) -> str:
        """Create an index; `unique`, `sparse`, `name`, `expireAfterSeconds` have their effect."""
        pairs, given = _understood(_index_document(_index_list(keys)), options)

        def effect(it: IndexedCollection) -> str:
            check_truths(given)
            return str(it.create_index(pairs, **given))

        return await self._write("create_index", effect)

    async def create_indexes(self, indexes: Sequence[IndexModel], **options: Any) -> list[str]:
        """Create several indexes, and return their names."""
        take("create_indexes", options)
        wanted = []
        for model in indexes:
            said = dict(model.document)
            wanted.append(_understood(said.pop("key"), said))

        def effect(it: IndexedCollection) -> list[str]:
            for _, given in wanted:
                check_truths(given)
            return [it.create_index(pairs, **given) for pairs, given in wanted]

        return await self._write("create_indexes", effect)

    async def drop_index(self, index_or_name: Any, **options: Any) -> None:
        """Drop an index by its name or keys.  Raises: OperationFailure if there is none."""
        take("drop_index", options)
        name = index_or_name
        if not isinstance(name, str):
            name = _gen_index_name(_index_list(name))
        if name == _OF_ID:
            raise OperationFailure("cannot drop _id index", 72)
        await self._write("drop_index", lambda it: it.drop_index(name))

    async def drop_indexes(self, **options: Any) -> None:
        """Drop all indexes but that of the id."""
        take("drop_indexes", options)

        def effect(it: IndexedCollection) -> None:
            for name in list(it.index_information()):
                if name != _OF_ID:
                    it.drop_index(name)

        await self._write("drop_indexes", effect)

    async def list_indexes(self, **options: Any) -> FakeCommandCursor:
        """List the indexes as a server describes them."""
        take("list_indexes", options)
        found = await self._read("list_indexes", lambda it: list(it.list_indexes()))
        return FakeCommandCursor(found)

    async def index_information(self, **options: Any) -> dict[str, Any]:
        """Return the indexes by their names."""
        take("index_information", options)
        return await self._read("index_information", lambda it: dict(it.index_information()))


def _understood(
    keys: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[list[tuple[str, Any]], dict[str, Any]]:
    """Return keys and options for mongomock.  Raises: NotSimulated, TypeError."""
    for kind in keys.values():
        if kind not in (1, -1):
            raise not_simulated("AsyncCollection.create_index", str(kind))
    given = {name: value for name, value in options.items() if value is not None}
    take("create_index", {name: it for name, it in given.items() if name not in _UNDERSTOOD})
    return list(keys.items()), {name: it for name, it in given.items() if name in _UNDERSTOOD}


def check_truths(options: Mapping[str, Any]) -> None:
    """See whether a server takes the options of an index.  Raises: OperationFailure."""
    for name in _TRUTHS:
        said = options.get(name, False)
        if not isinstance(said, bool | int | float | Decimal128):
            shown = f'"{said}"' if isinstance(said, str) else said
            why = f"The field '{name}' has value {name}: {shown}, which is not convertible to bool"
            raise OperationFailure(why, _TYPE_MISMATCH)
