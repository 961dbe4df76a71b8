"""By which names each kind of host is called: those that its fake sends, the usual ones first."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Final

from boxoffice.faults.patterns import REDIS_METHODS

SERVICE: Final = "service"  # what stands for a kind where a host is no server

_HTTP: Final = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")
_PUSHED: Final = ("message", "pmessage", "subscribe", "unsubscribe", "psubscribe", "punsubscribe")
_MONGO: Final = (
    *("find_one", "find", "insert_one", "update_one", "delete_one", "replace_one"),
    *("insert_many", "update_many", "delete_many", "bulk_write", "aggregate", "distinct", "drop"),
    *("find_one_and_update", "find_one_and_replace", "find_one_and_delete"),
    *("count_documents", "estimated_document_count", "create_index", "create_indexes"),
    *("drop_index", "drop_indexes", "list_indexes", "index_information", "command"),
    *("list_collection_names", "create_collection", "list_database_names", "drop_database"),
    "server_info",
)
_NATS: Final = (
    *("publish", "fetch", "ack", "nak", "term", "in_progress", "subscribe", "unsubscribe"),
    *("message", "flush", "connect", "info", "direct.get"),
)
_STRIPE: Final = (
    *("charge", "refund", "create", "update", "confirm", "capture", "cancel"),
    *("retrieve", "list", "search"),
)
_REDIS: Final = ("get", "set", "delete", "incr", "zadd", "pipeline", "connect")
_LISTED: Final[Mapping[str, Sequence[str]]] = {
    SERVICE: (*_HTTP, *_PUSHED),
    "mongo": _MONGO,
    "stripe": _STRIPE,
}
_SHOWN: Final = 5  # of a kind, in a message


@cache
def methods_of(kind: str) -> Sequence[str]:
    """Return all names by which hosts of a kind are called; none is known of a kind of one's own.

    The packages that a kind needs have to be there.
    """
    if kind == "nats":
        from boxoffice.servers.jetstream.api import VERBS

        return (*_NATS, *VERBS)
    if kind == "redis":
        from fakeredis._commands import SUPPORTED_COMMANDS

        from boxoffice.servers.redis.scripts import COMMANDS

        sent = (*sorted(SUPPORTED_COMMANDS), *(it.lower() for it in sorted(COMMANDS)))
        return tuple(dict.fromkeys((*_REDIS, *REDIS_METHODS.values(), *sent)))
    return _LISTED.get(kind, ())


def usual_methods(kinds: Sequence[str]) -> str:
    """Return in a few words what hosts of these kinds are called by."""
    known = {kind: methods_of(kind) for kind in dict.fromkeys(kinds)}
    said = [f"{', '.join(it[:_SHOWN])}, … of a {kind}" for kind, it in known.items() if it]
    return "; there are " + "; ".join(said) if said else ""
