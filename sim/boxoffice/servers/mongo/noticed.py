"""What one operation looks at and changes, for who asks which operations commute."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from boxoffice.servers.mongo.terms import Document


@dataclass(slots=True)
class Noticed:
    """Searches, each with the fields of what it finds that matter, None for all; and changes.

    `error` is what the operation was refused with, if it was, and `tried` the ids of what it would
    have changed.  What goes `elsewhere` may have
    looked at any collection.
    """

    reads: list[tuple[Any, frozenset[str] | None]] = field(default_factory=list)
    changes: list[tuple[Document | None, Document | None]] = field(default_factory=list)
    error: BaseException | None = None
    tried: list[Any] = field(default_factory=list)
    elsewhere: bool = False


def fields_of(search: Any, projection: Any, sort: Any) -> frozenset[str] | None:
    """Return the fields that an answer can depend on, by their first names; None for all.

    >>> sorted(fields_of({"a.b": 1}, {"c": 1}, [("d", 1)]))
    ['_id', 'a', 'c', 'd']
    >>> fields_of({"a": 1}, {"c": 0}, None) is None
    True
    """
    if not isinstance(projection, Mapping) or not isinstance(search, Mapping):
        return None
    shown = {name: it for name, it in projection.items() if name != "_id"}
    if not shown or not all(it in (1, True) for it in shown.values()):
        return None
    named = {"_id", *shown, *search, *(path for path, _ in sort or ())}
    firsts = frozenset(str(path).partition(".")[0] for path in named)
    return None if any(it.startswith("$") for it in firsts) else firsts
