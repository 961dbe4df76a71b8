"""Commands that change nothing."""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from typing import Final

from boxoffice.real.stores.mongo.engine import Engine, namespace
from boxoffice.real.stores.mongo.refusals import (
    FAILED_TO_PARSE,
    NOT_IMPLEMENTED,
    TYPE_MISMATCH,
    Refusal,
)
from boxoffice.servers.mongo.collection import IndexedCollection
from boxoffice.servers.mongo.terms import Document

_WRITING_STAGES: Final = frozenset({"$out", "$merge"})


def find(engine: Engine, command: Document) -> Document:
    """Search a collection."""
    sort, skip, limit = order(command), command.get("skip", 0), command.get("limit", 0)
    asked = command.get("filter", {}), command.get("projection") or None, sort, skip, limit
    found = engine.on(command, lambda it: it.page(*asked))
    size = len(found) if command.get("singleBatch") else command.get("batchSize")
    return {"cursor": engine.cursors.begin(namespace(command), found, size)}


def order(command: Document) -> list[tuple[str, int]] | None:
    """Return the order that a command asks for."""
    return list((command.get("sort") or {}).items()) or None


def get_more(engine: Engine, command: Document) -> Document:
    """Hand out the next batch of a cursor."""
    number, about = command["getMore"], f"{command['$db']}.{command['collection']}"
    return {"cursor": engine.cursors.go_on(number, about, command.get("batchSize"))}


def kill_cursors(engine: Engine, command: Document) -> Document:
    """Forget cursors."""
    ended = {number: engine.cursors.end(number) for number in command["cursors"]}
    return {
        "cursorsKilled": [number for number, was_open in ended.items() if was_open],
        "cursorsNotFound": [number for number, was_open in ended.items() if not was_open],
        "cursorsAlive": [],
        "cursorsUnknown": [],
    }


def count(engine: Engine, command: Document) -> Document:
    """Count documents."""
    skip, limit = command.get("skip", 0), command.get("limit", 0)
    search = command.get("query", {})
    return {"n": len(engine.on(command, lambda it: it.page(search, {"_id": 1}, None, skip, limit)))}


def distinct(engine: Engine, command: Document) -> Document:
    """List the values that a field has."""
    key, search = command["key"], command.get("query", {})
    return {"values": list(engine.on(command, lambda it: it.distinct(key, search)))}


def aggregate(engine: Engine, command: Document) -> Document:
    """Send documents through stages; PyMongo counts documents so."""
    stages: list[Document] = command["pipeline"]
    for stage in stages:
        if not isinstance(stage, dict) or len(stage) != 1:
            raise Refusal(FAILED_TO_PARSE, "a stage has exactly one field")
        if _WRITING_STAGES.intersection(stage):
            raise Refusal(NOT_IMPLEMENTED, f"{next(iter(stage))} is not understood here")
    size = command.get("cursor", {}).get("batchSize")
    found = engine.on(command, lambda it: _through(it, stages))
    return {"cursor": engine.cursors.begin(namespace(command), found, size)}


def _through(it: IndexedCollection, stages: list[Document]) -> list[Document]:
    if stages and "$match" in stages[0] and not isinstance(stages[0]["$match"], dict):
        raise Refusal(TYPE_MISMATCH, "the match filter must be an object")
    return it.through(stages)
