"""Deep copies of documents, without the bookkeeping of `copy.deepcopy`.

A document is a tree of dicts and lists, so there is no cycle to guard against, and most leaves
cannot change and need no copy.
"""

import copy as stock
from collections import OrderedDict
from datetime import UTC, datetime
from typing import Any

from bson import ObjectId
from mongomock.helpers import patch_datetime_awareness_in_document

_AS_THEY_ARE = frozenset({str, int, float, bool, type(None), bytes, ObjectId})
_UNCHANGING = _AS_THEY_ARE | {datetime}


def deepcopy(value: Any) -> Any:
    """Copy a document, or any value in one."""
    kind = type(value)
    if kind in _UNCHANGING:
        return value
    if kind is dict:
        return {name: it if type(it) in _UNCHANGING else deepcopy(it) for name, it in value.items()}
    if kind is OrderedDict:  # which mongomock makes of what an upsert inserts
        return OrderedDict(
            (name, it if type(it) in _UNCHANGING else deepcopy(it)) for name, it in value.items()
        )
    if kind is list:
        return [it if type(it) in _UNCHANGING else deepcopy(it) for it in value]
    if kind is tuple:
        return tuple([it if type(it) in _UNCHANGING else deepcopy(it) for it in value])
    return stock.deepcopy(value)


def as_found(value: Any) -> Any:
    """Copy a document as mongomock does on its way out: of plain dicts and lists."""
    if type(value) in _UNCHANGING:
        return value
    if isinstance(value, dict):
        return {name: it if type(it) in _UNCHANGING else as_found(it) for name, it in value.items()}
    if isinstance(value, list):
        return [it if type(it) in _UNCHANGING else as_found(it) for it in value]
    return stock.copy(value)


def as_stored(value: Any) -> Any:
    """Copy a document as mongomock does on its way in: with naive times, in milliseconds."""
    kind = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is dict:
        return {
            name: it if type(it) in _AS_THEY_ARE else as_stored(it) for name, it in value.items()
        }
    if kind is list:
        return [it if type(it) in _AS_THEY_ARE else as_stored(it) for it in value]
    return patch_datetime_awareness_in_document(value)  # type: ignore[no-untyped-call]


def as_aware(value: Any) -> Any:
    """Copy what was found, with times in UTC where they were naive."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value
    if isinstance(value, dict):
        return {name: as_aware(it) for name, it in value.items()}
    return [as_aware(it) for it in value] if isinstance(value, list) else value


# mongomock calls this module as it would call the standard one; see `patches`.
copy = stock.copy
