"""What may be said beside a request: taken, if it changes no answer here, and refused if not."""

import inspect
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from pymongo.asynchronous.collection import AsyncCollection
from pymongo.asynchronous.cursor import AsyncCursor

from boxoffice.servers.mongo.session import FakeSession
from boxoffice.servers.mongo.unsupported import not_simulated

# About how an answer comes, or how long it may take; here it comes whole, and in no time.
_HARMLESS: Final = frozenset(
    {
        "allow_disk_use",
        "allow_partial_results",
        "allowDiskUse",
        "background",
        "batch_size",
        "batchSize",
        "bypass_document_validation",
        "comment",
        "max_await_time_ms",
        "max_time_ms",
        "maxTimeMS",
        "no_cursor_timeout",
    }
)


def take(method: str, options: Mapping[str, Any]) -> None:
    """Look through the options of a collection's method.

    Raises: NotSimulated for what would change the answer, TypeError for what PyMongo does not know,
    InvalidOperation for a session that has ended.
    """
    for name, value in options.items():
        if name == "session":
            _check_session(value)
        elif not _is_known(method, name):
            raise TypeError(f"AsyncCollection.{method}() got an unexpected argument {name!r}")
        elif name not in _HARMLESS and value not in (None, False, 0):
            raise not_simulated(f"AsyncCollection.{method}", name)


def _check_session(session: Any) -> None:
    if session is None:
        return
    if not isinstance(session, FakeSession):
        raise ValueError(f"'session' must be a session of this client's or None, not {session!r}")
    session.check()


@cache
def _is_known(method: str, name: str) -> bool:
    asked = AsyncCursor if method in ("find", "find_one") else getattr(AsyncCollection, method)
    known = inspect.signature(asked).parameters
    return name in known or any(it.kind is it.VAR_KEYWORD for it in known.values())
