"""Commands about databases, collections and indexes."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from functools import partial
from typing import Any, Final

from mongomock.filtering import filter_applies
from pymongo.errors import DuplicateKeyError, OperationFailure

from boxoffice.real.stores.mongo.engine import Engine, namespace, refuse_others
from boxoffice.real.stores.mongo.refusals import (
    INDEX_CONFLICT,
    INDEX_NOT_FOUND,
    NAMESPACE_EXISTS,
    NAMESPACE_NOT_FOUND,
    Refusal,
)
from boxoffice.servers.mongo.collection import IndexedCollection
from boxoffice.servers.mongo.indexing import check_truths
from boxoffice.servers.mongo.terms import Document

_PASSED_OVER: Final = frozenset({"v", "background"})  # they change nothing that a client can see
_OPTIONS: Final = frozenset({"unique", "sparse", "expireAfterSeconds", "partialFilterExpression"})
_INDEX: Final = _PASSED_OVER | _OPTIONS | {"key", "name"}


def create_indexes(engine: Engine, command: Document) -> Document:
    """Make indexes; one that is there already stays as it is."""
    created = _is_there(engine, command)
    before = _count_indexes(engine, command) if created else 1  # the one on _id
    for index in command["indexes"]:
        refuse_others(index, _INDEX, "createIndexes.indexes")
        check_truths(index)
    for index in command["indexes"]:
        engine.on(command, partial(_create_index, index))
    return {
        "numIndexesBefore": before,
        "numIndexesAfter": _count_indexes(engine, command),
        "createdCollectionAutomatically": not created,
    }


def list_indexes(engine: Engine, command: Document) -> Document:
    """List the indexes of a collection."""
    if not _is_there(engine, command):
        raise Refusal(NAMESPACE_NOT_FOUND, f"ns does not exist: {namespace(command)}")
    found = engine.on(command, lambda it: list(it.list_indexes()))
    return {"cursor": engine.cursors.begin(namespace(command), found, len(found))}


def drop_indexes(engine: Engine, command: Document) -> Document:
    """Drop one index, or all but the one on _id."""
    wanted, before = command["index"], _count_indexes(engine, command)
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    if wanted == "*":
        there = engine.on(command, lambda it: list(it.index_information()))
        names = [name for name in there if name != "_id_"]
    for name in names:
        engine.on(command, partial(_drop_index, name))
    return {"nIndexesWas": before}


def create(engine: Engine, command: Document) -> Document:
    """Make an empty collection."""
    if _is_there(engine, command):
        raise Refusal(NAMESPACE_EXISTS, f"Collection {namespace(command)} already exists.")
    engine.on(command, lambda it: it._store.create())
    return {}


def drop(engine: Engine, command: Document) -> Document:
    """Drop a collection with its documents and indexes."""
    if _is_there(engine, command):
        engine.on(command, lambda it: it.drop())
    return {"ns": namespace(command)}


def drop_database(engine: Engine, command: Document) -> Document:
    """Drop all collections of a database."""
    db = command["$db"]
    for name in engine.collections(db):
        drop(engine, {"drop": name, "$db": db})
    return {"dropped": db}


def list_collections(engine: Engine, command: Document) -> Document:
    """List the collections of a database."""
    db = command["$db"]
    about = {"type": "collection", "options": {}, "info": {"readOnly": False}}
    found = _chosen([{"name": name} | about for name in engine.collections(db)], command)
    return {"cursor": engine.cursors.begin(f"{db}.$cmd.listCollections", found, len(found))}


def list_databases(engine: Engine, command: Document) -> Document:
    """List the databases that have something in them."""
    about = {"sizeOnDisk": 0, "empty": False}
    found = _chosen([{"name": name} | about for name in engine.server.databases], command)
    return {"databases": found, "totalSize": 0}


def _chosen(found: list[Document], command: Document) -> list[Document]:
    search = command.get("filter") or {}
    chosen = [each for each in found if filter_applies(search, each)]
    return [{"name": each["name"]} for each in chosen] if command.get("nameOnly") else chosen


def _create_index(index: Document, it: IndexedCollection) -> None:
    options = {name: value for name, value in index.items() if name in _OPTIONS}
    try:
        it.create_index(list(index["key"].items()), name=index["name"], **options)
    except DuplicateKeyError:
        raise
    except OperationFailure as error:
        raise Refusal(INDEX_CONFLICT, str(error)) from error


def _drop_index(name: str, it: IndexedCollection) -> None:
    try:
        it.drop_index(name)
    except OperationFailure as error:
        raise Refusal(INDEX_NOT_FOUND, str(error)) from error


def _is_there(engine: Engine, command: Document) -> bool:
    name: Any = next(iter(command.values()))
    return name in engine.collections(command["$db"])


def _count_indexes(engine: Engine, command: Document) -> int:
    return len(engine.on(command, lambda it: list(it.list_indexes())))
