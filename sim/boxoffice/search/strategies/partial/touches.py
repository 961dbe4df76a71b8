"""What a step touches, and whether two steps can be told apart by their order.

A touch is a read of documents by a filter, a write of one document, or a path: of a key of Redis's,
say, or a subject of a stream's.  Where nothing is known of an operation, it is taken to write all.
"""

# mypy: disable-error-code="no-untyped-call"
# mongomock has no annotations of its own.

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # whoever has no MongoDB has none of this
    from boxoffice.servers.mongo.noticed import Fields

Path = tuple[str, ...]  # from the server's host on


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A look at those fields that matter of the documents that a filter finds."""

    store: Path
    search: Any
    fields: "Fields"


@dataclass(frozen=True, slots=True, eq=False)
class Write:
    """A change of one document; before its insertion and after its removal it is None."""

    store: Path
    before: Any
    after: Any

    @property
    def id(self) -> Any:
        """The `_id` of the document."""
        return (self.before or self.after)["_id"]


@dataclass(frozen=True, slots=True)
class Place:
    """Whatever lies below a path is looked at, or changed if it `writes`."""

    path: Path
    writes: bool = True


Touch = Read | Write | Place


def conflict(one: Sequence[Touch], other: Sequence[Touch]) -> bool:
    """Tell whether two steps may come to another end in the other order."""
    return any(_conflict(mine, theirs) for mine in one for theirs in other)


def _conflict(one: Touch, other: Touch) -> bool:
    if isinstance(one, Place) or isinstance(other, Place):
        return (_writes(one) or _writes(other)) and _one_is_below(_path(one), _path(other))
    if one.store != other.store:
        return False
    if isinstance(one, Write) and isinstance(other, Write):
        # Who comes first lies first: a search without an order tells.
        both_come = one.before is None and other.before is None
        return both_come or bool(one.id == other.id)
    if isinstance(one, Read):
        return isinstance(other, Write) and _sees(one, other)
    assert isinstance(other, Read)
    return _sees(other, one)


def _sees(read: Read, write: Write) -> bool:
    was, is_ = _finds(read, write.before), _finds(read, write.after)
    if was != is_ or not was:
        return was or is_
    names = dict.fromkeys([*write.before, *write.after])
    return any(write.before.get(it) != write.after.get(it) for it in read.fields.among(names))


def _finds(read: Read, document: Any) -> bool:
    if document is None:
        return False
    from mongomock.filtering import filter_applies

    try:
        return bool(filter_applies(read.search or {}, document))
    except Exception:  # a filter that is refused is refused whatever is there
        return True


def _writes(touch: Touch) -> bool:
    return touch.writes if isinstance(touch, Place) else isinstance(touch, Write)


def _path(touch: Touch) -> Path:
    return touch.path if isinstance(touch, Place) else touch.store


def _one_is_below(one: Path, other: Path) -> bool:
    length = min(len(one), len(other))
    return one[:length] == other[:length]
