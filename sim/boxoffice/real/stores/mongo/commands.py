"""Which commands there are, and what each of them understands.

A field that would be passed over in silence is refused, since an answer without its effect would
be a wrong one.
"""

from collections.abc import Callable
from typing import Final

from boxoffice.real.stores.mongo import catalog, handshake, reads, writes
from boxoffice.real.stores.mongo.engine import Engine, refuse_others
from boxoffice.real.stores.mongo.refusals import (
    BAD_VALUE,
    COMMAND_NOT_FOUND,
    ILLEGAL_OPERATION,
    Refusal,
    as_answer,
)
from boxoffice.servers.mongo.terms import Document

Command = Callable[[Engine, Document], Document]

# What any command may carry, and what needs nothing done: there is one node, which is never behind
# and never forgets while it lives, and every answer comes at once.
_ANYWHERE: Final = frozenset(
    {
        *("$db", "$readPreference", "$clusterTime", "lsid", "comment", "maxTimeMS"),
        *("readConcern", "writeConcern", "apiVersion", "apiStrict", "apiDeprecationErrors"),
    }
)
_OF_TRANSACTIONS: Final = frozenset({"txnNumber", "startTransaction", "autocommit"})
_COMMANDS: Final[dict[str, tuple[Command, str]]] = {
    "find": (
        reads.find,
        "filter sort projection skip limit batchSize singleBatch noCursorTimeout allowDiskUse",
    ),
    "getMore": (reads.get_more, "collection batchSize"),
    "killCursors": (reads.kill_cursors, "cursors"),
    "count": (reads.count, "query skip limit"),
    "distinct": (reads.distinct, "key query"),
    "aggregate": (reads.aggregate, "pipeline cursor allowDiskUse"),
    "insert": (writes.insert, "documents ordered"),
    "update": (writes.update, "updates ordered"),
    "delete": (writes.delete, "deletes ordered"),
    "findAndModify": (
        writes.find_and_modify,
        "query sort remove update new fields upsert",
    ),
    "createIndexes": (catalog.create_indexes, "indexes commitQuorum"),
    "listIndexes": (catalog.list_indexes, "cursor"),
    "dropIndexes": (catalog.drop_indexes, "index"),
    "create": (catalog.create, ""),
    "drop": (catalog.drop, ""),
    "dropDatabase": (catalog.drop_database, ""),
    "listCollections": (catalog.list_collections, "cursor filter nameOnly authorizedCollections"),
    "listDatabases": (catalog.list_databases, "filter nameOnly authorizedDatabases"),
    "ping": (handshake.ping, ""),
    "endSessions": (handshake.ping, ""),
    "buildInfo": (handshake.build_info, ""),
    "buildinfo": (handshake.build_info, ""),
}
_KNOWN: Final = {
    name: _ANYWHERE | {name} | set(fields.split()) for name, (_, fields) in _COMMANDS.items()
}
_GREETINGS: Final = frozenset({"hello", "isMaster", "ismaster"})


def perform(engine: Engine, command: Document) -> Document:
    """Do one command; whatever goes wrong with it is an answer, too."""
    try:
        return _perform(engine, command) | {"ok": 1.0}
    except Exception as error:
        return as_answer(error)


def _perform(engine: Engine, command: Document) -> Document:
    name = next(iter(command))
    if name in _GREETINGS:  # of what a driver says about itself nothing is needed
        return handshake.hello(engine, command)
    if name not in _COMMANDS:
        raise Refusal(COMMAND_NOT_FOUND, f"no such command: '{name}'")
    if not isinstance(command.get("$db"), str):
        raise Refusal(BAD_VALUE, "OP_MSG requests require a $db argument")
    if _OF_TRANSACTIONS.intersection(command):
        text = "Transaction numbers are only allowed on a replica set member or mongos"
        raise Refusal(ILLEGAL_OPERATION, text)
    refuse_others(command, _KNOWN[name], name)
    return _COMMANDS[name][0](engine, command)
