"""Has the servers of a world tell what each operation touches."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from boxoffice.search.strategies.partial.touches import Place, Read, Touch, Write

if TYPE_CHECKING:
    from boxoffice.servers.mongo.noticed import Noticed
    from boxoffice.world.world import World

Tell = Callable[[Touch], object]

TAKEN: Final = 11000  # what MongoDB says where an index is unique

# Commands of Redis's that look at their first argument, and at no other key.
_LOOKS: Final = frozenset(
    {b"GET", b"TTL", b"ZCARD", b"ZCOUNT", b"ZRANGE", b"ZRANGEBYSCORE", b"HGETALL", b"LRANGE"}
)
# And those that look at or change that one, or members of it, whose places are given.
_MEMBERS: Final = {
    b"HGET": (False, slice(2, 3)),
    b"HSET": (True, slice(2, None, 2)),
    b"SISMEMBER": (False, slice(2, 3)),
    b"ZREM": (True, slice(2, None)),
    b"ZSCORE": (False, slice(2, 3)),
}
_CHANGES: Final = frozenset({b"SET", b"INCR", b"DECR", b"EXPIRE", b"SETEX", b"LPUSH", b"RPUSH"})


def notice(world: "World", tell: Tell) -> None:
    """Have `tell` told of all that is touched at the servers of a world."""
    backends = world.backends
    for name, store in backends.mongo.items():
        store.notice = partial(_of_documents, tell, name)
    for name, broker in backends.brokers.items():
        broker.notice = partial(_of_path, tell, name)
    for name, redis in backends.redises.items():
        redis.notice = partial(_of_command, tell, name)
    for name, stripe in backends.stripes.items():
        stripe.notice = partial(_of_request, tell, name)


def _of_documents(tell: Tell, host: str, db: str, collection: str, noticed: "Noticed") -> None:
    store = host, db, collection
    for search, fields in noticed.reads:
        tell(Read(store, search, fields))
    for before, after in noticed.changes:
        tell(Write(store, before, after))
    error = noticed.error
    if noticed.elsewhere:
        tell(Place((host,), writes=False))
    if getattr(error, "code", None) == TAKEN:
        # Up to the one that refuses, the indexes were looked at by searches, save for that of ids.
        for id in noticed.tried:
            tell(Read(store, {"_id": id}, noticed.whole))
    elif error is not None:
        tell(Place(store, writes=False))
    elif not noticed.reads and not noticed.changes:
        tell(Place(store))  # indexes come or go, or nobody knows what


def _of_path(tell: Tell, host: str, *path: str, writes: bool = True) -> None:
    tell(Place((host, *path), writes))


def _of_command(tell: Tell, host: str, command: Any) -> None:
    name, *rest = command
    name = name.upper()
    if name == b"ZADD" and len(rest) == 3:  # without options, and of one member
        tell(Place((host, repr(rest[0]), repr(rest[2]))))
    elif rest and name in _MEMBERS:
        writes, places = _MEMBERS[name]
        for member in command[places]:
            tell(Place((host, repr(rest[0]), repr(member)), writes))
    elif rest and (name in _LOOKS or name in _CHANGES):
        tell(Place((host, repr(rest[0])), name in _CHANGES))
    else:
        tell(Place((host,)))


def _of_request(tell: Tell, host: str, method: str, path: str, key: str | None) -> None:
    if method == "post" and key is not None and path in ("/v1/charges", "/v1/payment_intents"):
        tell(Place((host, "key", key)))
    else:
        tell(Place((host,), writes=method != "get"))
