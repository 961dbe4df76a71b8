"""Commands that change documents.  Each single write is done as a whole or not at all."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections.abc import Callable
from typing import Any, Final

from pymongo import ReturnDocument
from pymongo.results import UpdateResult

from boxoffice.real.stores.mongo.engine import Engine, refuse_others
from boxoffice.real.stores.mongo.reads import order
from boxoffice.real.stores.mongo.refusals import FAILED_TO_PARSE, Refusal, as_write_error
from boxoffice.servers.mongo.collection import IndexedCollection
from boxoffice.servers.mongo.conflicts import refuse_conflicts
from boxoffice.servers.mongo.terms import Document

_UPDATE: Final = frozenset({"q", "u", "multi", "upsert"})
_DELETE: Final = frozenset({"q", "limit"})


def insert(engine: Engine, command: Document) -> Document:
    """Store documents."""

    def store(document: Document) -> int:
        engine.on(command, lambda it: it.insert_one(document))
        return 1

    made, errors = _each(command, "documents", store)
    return {"n": sum(made.values())} | errors


def update(engine: Engine, command: Document) -> Document:
    """Change or replace documents."""

    def change(statement: Document) -> UpdateResult:
        refuse_others(statement, _UPDATE, "update.updates")
        multi, upsert = bool(statement.get("multi")), bool(statement.get("upsert"))
        search, after = statement["q"], statement["u"]
        return engine.on(command, lambda it: _change(it, search, after, upsert, multi))

    made, errors = _each(command, "updates", change)
    upserted = [
        {"index": index, "_id": done.upserted_id}
        for index, done in made.items()
        if done.upserted_id is not None
    ]
    matched = sum(done.matched_count for done in made.values())
    answer = {
        "n": matched + len(upserted),
        "nModified": sum(done.modified_count for done in made.values()),
    }
    return answer | ({"upserted": upserted} if upserted else {}) | errors


def delete(engine: Engine, command: Document) -> Document:
    """Remove documents."""

    def remove(statement: Document) -> int:
        refuse_others(statement, _DELETE, "delete.deletes")
        verb = "delete_one" if statement["limit"] else "delete_many"
        done = engine.on(command, lambda it: getattr(it, verb)(statement["q"]))
        return int(done.deleted_count)

    made, errors = _each(command, "deletes", remove)
    return {"n": sum(made.values())} | errors


def find_and_modify(engine: Engine, command: Document) -> Document:
    """Change, replace or remove one document, and return it as it was or as it is now."""
    if bool(command.get("remove")) == ("update" in command):
        raise Refusal(FAILED_TO_PARSE, "Either an update or remove=true must be specified")
    done, value = engine.on(command, lambda it: _find_and_modify(it, command))
    return {"lastErrorObject": done, "value": value}


def _find_and_modify(it: IndexedCollection, command: Document) -> tuple[Document, Document | None]:
    search, fields, sort = command.get("query", {}), command.get("fields"), order(command)
    found = it.page(search, {"_id": 1}, sort, 0, 1)
    if command.get("remove"):
        return {"n": len(found)}, it.find_one_and_delete(search, fields, sort)
    update, new, upsert = command["update"], bool(command.get("new")), command.get("upsert")
    if not found and upsert:
        made = _change(it, search, update, upsert=True, multi=False).upserted_id
        value = it.find_one({"_id": made}, fields) if new else None
        return {"n": 1, "updatedExisting": False, "upserted": made}, value
    return {"n": len(found), "updatedExisting": bool(found)}, _modify(
        it, search, update, fields, sort, new
    )


def _modify(
    it: IndexedCollection, search: Any, update: Any, fields: Any, sort: Any, new: bool
) -> Document | None:
    verb = "find_one_and_replace" if _replaces(update) else "find_one_and_update"
    refuse_conflicts(update)
    when = ReturnDocument.AFTER if new else ReturnDocument.BEFORE
    value: Document | None = getattr(it, verb)(search, update, fields, sort, False, when)
    return value


def _change(
    it: IndexedCollection, search: Any, after: Any, upsert: bool, multi: bool
) -> UpdateResult:
    if _replaces(after):
        if multi:
            raise Refusal(FAILED_TO_PARSE, "multi update is not supported for replacements")
        replaced: UpdateResult = it.replace_one(search, after, upsert)
        return replaced
    refuse_conflicts(after)
    changed: UpdateResult = (it.update_many if multi else it.update_one)(search, after, upsert)
    return changed


def _replaces(after: Any) -> bool:
    return isinstance(after, dict) and not next(iter(after), "").startswith("$")


def _each(
    command: Document, name: str, act: Callable[[Document], Any]
) -> tuple[dict[int, Any], Document]:
    """Do the writes of one command; return what those led to that were done, and the errors."""
    done: dict[int, Any] = {}
    errors: list[Document] = []
    for index, each in enumerate(command[name]):
        try:
            done[index] = act(each)
        except Exception as error:
            errors.append(as_write_error(index, error))
            if command.get("ordered", True):
                break
    return done, {"writeErrors": errors} if errors else {}
