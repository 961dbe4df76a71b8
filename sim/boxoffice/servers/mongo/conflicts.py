"""What mongomock lets pass and MongoDB refuses: an update that says two things of one path."""

from collections.abc import Iterator, Mapping
from typing import Any

from pymongo.errors import WriteError

CONFLICTING_OPERATORS = 40  # the number of the error in MongoDB


def refuse_conflicts(update: Any) -> None:
    """Refuse an update that names a path twice, or a path and one below it.  Raises: WriteError."""
    paths = list(_paths(update))
    if len(set(paths)) == len(paths) and "." not in "".join(paths):
        return  # as nearly always, and quickly told
    for number, path in enumerate(paths):
        conflict = next((each for each in paths[:number] if _overlap(each, path)), None)
        if conflict is not None:
            text = f"Updating the path '{path}' would create a conflict at '{conflict}'"
            details = {"index": 0, "code": CONFLICTING_OPERATORS, "errmsg": text}
            raise WriteError(text, CONFLICTING_OPERATORS, details)


def _paths(update: Any) -> Iterator[str]:
    if isinstance(update, Mapping):
        for change in update.values():
            if isinstance(change, Mapping):
                yield from map(str, change)


def _overlap(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}.") or other.startswith(f"{one}.")
