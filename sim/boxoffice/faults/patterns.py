"""What the pattern `of` is held against: the one way in which all faults name what happens.

A call is its driver's method, `update_one`, and the same with a word before it: the kind of the
server, its name, or the collection: `mongo.update_one`, `stock-db.update_one`, `stock.update_one`.
A write of the trace has the same names, and a Redis pipeline those of its commands as well.  A
pattern without a dot is one for the method.
"""

from collections.abc import Hashable, Sequence
from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Final

from boxoffice.net.calls import Call, Several
from boxoffice.net.host import current_life
from boxoffice.trace.trace import TraceEvent

ANY: Final = "*"
# What redis-py calls a command for which it sends another one.
REDIS_METHODS: Final = {"del": "delete", "incrby": "incr", "decrby": "decr"}


# Few names are asked about, each of them thousands of times, also from one world to the next.
is_like: Final = lru_cache(maxsize=16_384)(fnmatchcase)


def matches(pattern: str, names: Sequence[str]) -> bool:
    """Tell whether a pattern is one for any of these names.

    >>> matches("*.update_one", ["update_one", "mongo.update_one"])
    True
    >>> matches("s*", ["get", "sessions.get"])
    False
    """
    dotted = "." in pattern
    return any(("." in it) == dotted and is_like(it, pattern) for it in names)


def is_for(pattern: str, names: Sequence[str]) -> bool:
    """Tell whether a pattern is one for what has these names, its own name first."""
    first, *also = names
    return is_like(first, pattern) or matches(pattern, also)


def names_of_call(call: Call) -> Sequence[str]:
    """Return all names of a call."""
    collection = call.about if call.kind == "mongo" else ""
    names = names_of_method(call.verb, call.kind, call.target, collection)
    if isinstance(call.verb, Several):
        each = (names_of_method(it, call.kind, call.target) for it in call.verb.each)
        return [*names, *(name for of_one in each for name in of_one)]
    return names


def kind_of_call(call: Call) -> Hashable:
    """Return what calls have in common that have the same names, target and callers."""
    each = tuple(call.verb.each) if isinstance(call.verb, Several) else ()
    collection = call.about if call.kind == "mongo" else ""
    return call.verb, each, call.kind, collection, call.target, call.source, call.service


@lru_cache(maxsize=4096)
def names_of_method(verb: str, kind: str, target: str, collection: str = "") -> Sequence[str]:
    """Return all names of a call of a method, that of the method first."""
    methods = [verb]
    if kind == "redis" and verb in REDIS_METHODS:
        methods.append(REDIS_METHODS[verb])
    heads = dict.fromkeys(it for it in (kind, target, collection) if it)
    return [*methods, *(f"{head}.{method}" for head in heads for method in methods)]


def names_of_event(event: TraceEvent) -> Sequence[str]:
    """Return what an event is about, and the further names of a write."""
    if event.kind != "write":
        return [str(event.get("subject") or event.get("type") or event.get("path") or "")]
    verb = event["verb"]
    heads = dict.fromkeys((event["collection"], "mongo", event.host))
    return [*(f"{head}.{verb}" for head in heads), verb]


def callers_of(call: Call) -> Sequence[str]:
    """Return who makes a call: the host, and the service that it runs."""
    return [call.source, call.service or call.source]


def callers_now(otherwise: str = "") -> Sequence[str]:
    """Return on which host, and in which service, the work at hand was begun."""
    life = current_life.get()
    return [otherwise] if life is None else [life.host.name, life.host.service]
