"""Values of a trace as bytes, and back: of plain kinds alone, so that reading them runs no code.

A pickle may name any function there is.  Ours name one, `named`, which knows the classes below, so
that a file from anybody can be read.
"""

import pickle
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from importlib import import_module
from io import BytesIO
from typing import Any, Final
from uuid import UUID

# Taken before any world begins, which has a class of its own by the name of datetime.
_OURS: Final = (date, datetime, time, timedelta, timezone, Decimal, UUID, str, int, float)
_BY_NAME: Final = {f"{it.__module__}.{it.__qualname__}": it for it in _OURS}
# Loaded when there are any: the values that a document of MongoDB may have besides.
_BSON: Final = frozenset({
    "bson.objectid.ObjectId", "bson.int64.Int64", "bson.decimal128.Decimal128",
    "bson.binary.Binary", "bson.timestamp.Timestamp", "bson.regex.Regex", "bson.code.Code",
    "bson.min_key.MinKey", "bson.max_key.MaxKey", "bson.tz_util.FixedOffset",
})  # fmt: skip
_SELF: Final = ("boxoffice.trace.packing", "named")
_NAMES: Final[dict[type, str]] = {it: name for name, it in _BY_NAME.items()}


class NotPlain(pickle.PicklingError):
    """A value is of a kind that is not among those that can be packed as they are."""


def named(name: str) -> type:
    """Return one of the classes that are known here.  Raises: pickle.UnpicklingError."""
    if name in _BY_NAME:
        return _BY_NAME[name]
    if name not in _BSON:
        raise pickle.UnpicklingError(f"a trace holds no {name}")
    module, _, kind = name.rpartition(".")
    found: type = getattr(import_module(module), kind)
    return found


def packed(value: Any) -> bytes:
    """Return a value as bytes.  Raises: NotPlain, RecursionError."""
    buffer = BytesIO()
    _Pickler(buffer, 5).dump(value)
    return buffer.getvalue()


def unpacked(data: bytes) -> Any:
    """Return what was packed.  Raises: pickle.UnpicklingError, if it was not by `packed`."""
    return _Unpickler(BytesIO(data)).load()


class _Pickler(pickle.Pickler):
    def reducer_override(self, value: Any) -> Any:
        # Asked of what is no text, number, list, dict and the like, and of each class once.
        if isinstance(value, type):
            return named, (_name(value),)
        if value is named:
            return NotImplemented
        kind = type(value)
        if kind in _NAMES or f"{kind.__module__}.{kind.__qualname__}" in _BSON:
            return NotImplemented
        # What equals its value is stored as that: a member of an enumeration of texts.
        if isinstance(value, str):
            return str, (str.__str__(value),)
        if isinstance(value, int):
            return int, (int.__pos__(value),)
        if isinstance(value, float):
            return float, (float.__pos__(value),)
        raise NotPlain(f"{kind.__module__}.{kind.__qualname__}")


def _name(kind: type) -> str:
    name = _NAMES.get(kind) or f"{kind.__module__}.{kind.__qualname__}"
    if name in _BY_NAME or name in _BSON:
        return name
    raise NotPlain(name)


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if (module, name) != _SELF:
            raise pickle.UnpicklingError(f"a trace holds no {module}.{name}")
        return named
