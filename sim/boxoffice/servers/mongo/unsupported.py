"""What PyMongo has and the fake has not, each with what to do instead."""

from typing import Any, Final, NoReturn

from pymongo.asynchronous.client_session import AsyncClientSession
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.command_cursor import AsyncCommandCursor
from pymongo.asynchronous.cursor import AsyncCursor
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.asynchronous.mongo_client import AsyncMongoClient

from boxoffice.errors import NotSimulated

_TRANSACTION: Final = (
    "keep what belongs together in one document, whose writes are atomic, "
    "or test transactions on a real replica set"
)
_SEARCH: Final = "search indexes exist in Atlas alone; put the search behind a function of your own"
_PLAN: Final = "there are no query plans here; leave it out in a world"
_PRIMARY: Final = "all reads go to the primary; leave it out in a world"
_OTHERWISE: Final = "put it behind a function of your own, or test it on a real server"
_INSTEAD: Final = {
    "abort_transaction": _TRANSACTION,
    "aggregate_raw_batches": "use aggregate",
    "auto_encryption_opts": "encrypt in a function of your own",
    "array_filters": "read the document, and replace the array on the version that was read",
    "collation": "keep a field in the form that you compare",
    "commit_transaction": _TRANSACTION,
    "create_search_index": _SEARCH,
    "create_search_indexes": _SEARCH,
    "drop_search_index": _SEARCH,
    "event_listeners": "the trace of a run has every call",
    "explain": _PLAN,
    "find_raw_batches": "use find",
    "hint": _PLAN,
    "list_collections": "use list_collection_names",
    "list_databases": "use list_database_names",
    "list_search_indexes": _SEARCH,
    "max": _PLAN,
    "min": _PLAN,
    "read_preference": _PRIMARY,
    "readPreference": _PRIMARY,
    "readPreferenceTags": _PRIMARY,
    "start_transaction": _TRANSACTION,
    "update_search_index": _SEARCH,
    "watch": "there is no oplog; announce a change by an event of your own",
    "where": "there is no JavaScript; say it with operators",
    "with_transaction": _TRANSACTION,
}
_OF: Final[dict[str, Any]] = {
    it.__name__: it
    for it in (
        AsyncClientSession,
        AsyncCollection,
        AsyncCommandCursor,
        AsyncCursor,
        AsyncDatabase,
        AsyncMongoClient,
    )
}


def not_simulated(kind: str, name: str) -> NotSimulated:
    """Return the error for what `kind`, a class of PyMongo's, has under this name."""
    return NotSimulated(f"{kind}.{name}", _INSTEAD.get(name, _OTHERWISE))


def refuse_attribute(kind: str, name: str) -> NoReturn:
    """Answer for an attribute that a fake of `kind` has not.  Raises: NotSimulated, AttributeError.

    What PyMongo has not either is the caller's mistake, and an AttributeError there as here.
    """
    refuse_known(kind, name)
    raise AttributeError(f"{kind!r} object has no attribute {name!r}")


def refuse_known(kind: str, name: str) -> None:
    """Refuse what PyMongo's class has under this name.  Raises: NotSimulated."""
    if not name.startswith("_") and hasattr(_OF[kind], name):
        raise not_simulated(kind, name)
