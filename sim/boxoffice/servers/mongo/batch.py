"""Several writes in one request, of which each is done as a whole or not at all."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections.abc import Callable
from typing import Any, NamedTuple

from pymongo.common import validate_ok_for_replace, validate_ok_for_update
from pymongo.errors import BulkWriteError, InvalidOperation, OperationFailure
from pymongo.results import DeleteResult, UpdateResult

from boxoffice.servers.mongo.calls import with_id
from boxoffice.servers.mongo.collection import IndexedCollection
from boxoffice.servers.mongo.conflicts import refuse_conflicts
from boxoffice.servers.mongo.copies import deepcopy
from boxoffice.servers.mongo.terms import Document
from boxoffice.servers.mongo.unsupported import not_simulated

Effect = Callable[[IndexedCollection], Any]


class Statement(NamedTuple):
    """One write, and what an error says of it: `sent` is as it is on the wire."""

    sent: Document
    effect: Effect


class Batch:
    """Writes in their order, with the methods by which PyMongo's requests add themselves."""

    def __init__(self) -> None:
        self.statements: list[Statement] = []

    def add_insert(self, document: Any) -> Any:
        """Add an insert, and return the id that the document has or is given."""
        sent = with_id(document)
        self._add(sent, lambda it: it.insert_one(sent))
        return sent["_id"]

    def add_update(
        self, selector: Any, update: Any, multi: bool, upsert: bool, **options: Any
    ) -> None:
        """Add an update of one document or of all that match."""
        _refuse("UpdateMany" if multi else "UpdateOne", options)
        validate_ok_for_update(update)
        search, change = deepcopy((selector, update))

        def effect(it: IndexedCollection) -> Any:
            refuse_conflicts(change)
            return (it.update_many if multi else it.update_one)(search, change, upsert)

        self._add({"q": search, "u": change, "multi": multi, "upsert": upsert}, effect)

    def add_replace(
        self, selector: Any, replacement: Any, upsert: bool | None, **options: Any
    ) -> None:
        """Add a replacement."""
        _refuse("ReplaceOne", options)
        validate_ok_for_replace(replacement)
        search, state = deepcopy((selector, replacement))
        sent = {"q": search, "u": state, "multi": False, "upsert": bool(upsert)}
        self._add(sent, lambda it: it.replace_one(search, state, bool(upsert)))

    def add_delete(self, selector: Any, limit: int, **options: Any) -> None:
        """Add a removal of one document, or of all that match with a limit of 0."""
        _refuse("DeleteOne" if limit else "DeleteMany", options)
        search = deepcopy(selector)
        verb = "delete_one" if limit else "delete_many"
        self._add({"q": search, "limit": limit}, lambda it: getattr(it, verb)(search))

    def _add(self, sent: Document, effect: Effect) -> None:
        self.statements.append(Statement(sent, effect))


def _refuse(request: str, options: dict[str, Any]) -> None:
    for name, value in options.items():
        if value is not None:
            raise not_simulated(request, name)


def do_all(
    statements: list[Statement], ordered: bool, perform: Callable[[Effect], Any]
) -> dict[str, Any]:
    """Do each statement by `perform`; return what came of all, as a server sums it up.

    Raises: BulkWriteError with what was done nevertheless, InvalidOperation if there are none.
    """
    if not statements:
        raise InvalidOperation("No operations to execute")
    total: dict[str, Any] = {"writeErrors": [], "writeConcernErrors": [], "upserted": []}
    total |= dict.fromkeys(("nInserted", "nUpserted", "nMatched", "nModified", "nRemoved"), 0)
    for index, (sent, effect) in enumerate(statements):
        try:
            _add_up(total, index, perform(effect))
        except OperationFailure as error:
            details = error.details or {"code": error.code, "errmsg": str(error)}
            total["writeErrors"].append({**details, "index": index, "op": sent})
            if ordered:
                break
    if total["writeErrors"]:
        raise BulkWriteError(total)
    return total


def _add_up(total: dict[str, Any], index: int, done: Any) -> None:
    if isinstance(done, UpdateResult):
        total["nMatched"] += done.matched_count
        total["nModified"] += done.modified_count
        if done.upserted_id is not None:
            total["nUpserted"] += 1
            total["upserted"].append({"index": index, "_id": done.upserted_id})
    elif isinstance(done, DeleteResult):
        total["nRemoved"] += done.deleted_count
    else:
        total["nInserted"] += 1
