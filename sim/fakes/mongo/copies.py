"""Deep copies of documents, without the bookkeeping of `copy.deepcopy`.

A document is a tree of dicts and lists, so there is no cycle to guard against, and most leaves
cannot change and need no copy.
"""

import copy as stock
from datetime import datetime
from typing import Any

from bson import ObjectId

_UNCHANGING = frozenset({str, int, float, bool, type(None), bytes, datetime, ObjectId})


def deepcopy(value: Any) -> Any:
    """Copy a document, or any value in one."""
    kind = type(value)
    if kind in _UNCHANGING:
        return value
    if kind is dict:
        return {name: it if type(it) in _UNCHANGING else deepcopy(it) for name, it in value.items()}
    if kind is list:
        return [deepcopy(it) for it in value]
    if kind is tuple:
        return tuple(deepcopy(it) for it in value)
    return stock.deepcopy(value)


# mongomock calls this module as it would call the standard one; see `server.acting`.
copy = stock.copy
