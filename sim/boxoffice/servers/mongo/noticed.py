"""What one operation looks at and changes, for who asks which operations commute."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar

from boxoffice.servers.mongo.terms import Document


@dataclass(frozen=True, slots=True)
class Fields:
    """Those of a document's fields that matter, by their first names: `only` these, or all `but`.

    >>> Fields(but=frozenset({"b"})).among(["a", "b"])
    ['a']
    """

    only: frozenset[str] | None = None
    but: frozenset[str] = frozenset()

    def among(self, names: Iterable[str]) -> list[str]:
        """Return which of these names matter."""
        if self.only is not None:
            return [it for it in names if it in self.only]
        return [it for it in names if it not in self.but]


ALL = Fields()


@dataclass(slots=True)
class Noticed:
    """Searches, each with the fields of what it finds that matter; and changes.

    `error` is what the operation was refused with, if it was, and `tried` the ids of what it would
    have changed.  What goes `elsewhere` may have looked at any collection.
    """

    reads: list[tuple[Any, Fields]] = field(default_factory=list)
    changes: list[tuple[Document | None, Document | None]] = field(default_factory=list)
    error: BaseException | None = None
    tried: list[Any] = field(default_factory=list)
    elsewhere: bool = False
    whole: ClassVar[Fields] = ALL


def fields_of(search: Any, projection: Any, sort: Any) -> Fields:
    """Return the fields that an answer can depend on.

    >>> sorted(fields_of({"a.b": 1}, {"c": 1}, [("d", 1)]).only)
    ['_id', 'a', 'c', 'd']
    >>> fields_of({"a": 1}, {"a": 0, "c": 0}, None).but
    frozenset({'c'})
    """
    if not isinstance(projection, Mapping) or not isinstance(search, Mapping):
        return ALL
    looked_at = _firsts(["_id", *search, *(path for path, _ in sort or ())])
    if not projection or any(it.startswith("$") for it in looked_at):
        return ALL
    if all(it in (1, True) for it in projection.values()):
        return Fields(only=looked_at | _firsts(projection))
    if all(it in (0, False) and "." not in str(name) for name, it in projection.items()):
        return Fields(but=_firsts(projection) - looked_at)
    return ALL


def _firsts(paths: Iterable[Any]) -> frozenset[str]:
    return frozenset(str(path).partition(".")[0] for path in paths)
