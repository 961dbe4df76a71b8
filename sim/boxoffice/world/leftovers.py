"""What outlives a world outside of it: globals of people's own modules, and what factories hold.

Told as text, without where anything lies in memory, so that two moments can be compared.
"""

import sys
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sized
from contextvars import ContextVar
from datetime import date, time, timedelta
from decimal import Decimal
from enum import Enum
from functools import partial
from itertools import count, islice
from operator import itemgetter
from types import (
    AsyncGeneratorType,
    FunctionType,
    GeneratorType,
    MappingProxyType,
    MethodType,
    ModuleType,
)
from typing import Any, Final
from uuid import UUID
from zlib import crc32

from boxoffice.clock.containers import default_of
from boxoffice.clock.modules import namespace, own_modules
from boxoffice.clock.randomness import Random
from boxoffice.clock.sandbox import is_library
from boxoffice.world.system import System

_PLAIN: Final = (
    type(None), bool, int, float, complex, str, bytes, Decimal, UUID, date, time, timedelta, count,
)  # fmt: skip
_DEEPEST: Final = 4
_MOST: Final = 200  # entries of one container
_LONGEST: Final = 2_000  # entries of a text
_SHOWN: Final = 60  # characters
_UNSEEN: Final = "nothing"


def kept(system: System) -> dict[str, str]:
    """Return everything that the next world would find as this moment leaves it, by where it is."""
    found: dict[str, str] = {}
    for name, module in sorted(own_modules(), key=itemgetter(0)):
        for holder, value in _of_module(name, module):
            found[holder] = text(value)
    for service in system.services.values():
        if not isinstance(service.make, str):
            for holder, value in _of_function(service.make, 0):
                found.setdefault(f"{holder}, which {service.name} is made by", text(value))
    return found


def left_behind(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[str]:
    """Yield what has changed, a line each."""
    for holder, now in after.items():
        was = before.get(holder, _UNSEEN)
        if was != now:
            yield f"  {holder}: {was[:_SHOWN]}, then {now[:_SHOWN]}"


def _of_module(name: str, module: ModuleType) -> Iterator[tuple[str, Any]]:
    for key, value in namespace(module).copy().items():
        if key.startswith("__") or isinstance(value, ModuleType):
            continue
        if isinstance(value, type):
            if value.__module__ == name:
                yield from _of_class(value, f"{{}} of {name}", 0)
        elif isinstance(value, FunctionType) or _is_cache(value):
            if getattr(value, "__module__", "") == name:
                yield from ((f"{it} of {name}", held) for it, held in _of_function(value, 0))
        else:
            yield f"{key} of {name}", value


def _of_class(kind: type, shape: str, depth: int) -> Iterator[tuple[str, Any]]:
    for key, value in list(vars(kind).items()):
        if key.startswith("__"):
            continue
        inner = getattr(value, "__func__", value)
        if isinstance(inner, type):
            if depth < _DEEPEST and inner.__module__ == kind.__module__:
                yield from _of_class(inner, shape, depth + 1)
        elif isinstance(inner, FunctionType) or _is_cache(inner):
            yield from ((shape.format(it), held) for it, held in _of_function(inner, 0))
        else:
            yield shape.format(f"{kind.__qualname__}.{key}"), value


def _of_function(made: Any, depth: int) -> Iterator[tuple[str, Any]]:
    """Yield what a function holds: its defaults, attributes, cache, and what it closes over."""
    if depth > _DEEPEST:
        return
    if isinstance(made, partial):
        for held in (made.func, *made.args, *made.keywords.values()):
            yield from _of_function(held, depth + 1)
    elif isinstance(made, MethodType):
        yield from _of_function(made.__func__, depth + 1)
        yield type(made.__self__).__qualname__, made.__self__
    elif _is_cache(made):
        yield f"the cache of {made.__qualname__}()", made.cache_info().currsize
    elif isinstance(made, FunctionType):
        yield from _of_plain_function(made, depth)
    elif callable(made) and not isinstance(made, type):
        yield type(made).__qualname__, made


def _of_plain_function(made: FunctionType, depth: int) -> Iterator[tuple[str, Any]]:
    code, name = made.__code__, made.__qualname__
    defaults = made.__defaults__ or ()
    named = code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount]
    by_name = dict(zip(named, defaults, strict=True)) | (made.__kwdefaults__ or {})
    yield from ((f"{name}({key})", value) for key, value in by_name.items())
    yield from ((f"{name}.{key}", value) for key, value in vars(made).items())
    for key, cell in zip(code.co_freevars, made.__closure__ or (), strict=True):
        try:
            value = cell.cell_contents
        except ValueError:  # it is empty
            continue
        if isinstance(value, FunctionType | partial | MethodType) or _is_cache(value):
            yield from _of_function(value, depth + 1)
        else:
            yield f"{key} in {name}()", value


def _is_cache(value: Any) -> bool:
    return hasattr(type(value), "cache_info") and hasattr(value, "__qualname__")


def text(value: Any) -> str:
    """Return how something looks, as deep as it may matter.

    >>> text({"seen": [1, 2], "by": {"b", "a"}})
    "{'seen': [1, 2], 'by': {'a', 'b'}}"
    """
    return _Text().of(value, 0)


class _Text:
    """One text, which has an end whatever is in it."""

    def __init__(self) -> None:
        self._left = _LONGEST

    def of(self, value: Any, depth: int) -> str:
        self._left -= 1
        if isinstance(value, Enum):
            return str(value)
        if isinstance(value, _PLAIN):
            return repr(value) if type(value) in _PLAIN else _of(type(value), [str(value)])
        if depth > _DEEPEST or self._left < 0:
            return type(value).__qualname__
        if isinstance(value, dict | MappingProxyType):
            pairs = (
                f"{self.of(key, depth + 1)}: {self.of(it, depth + 1)}"
                for key, it in _first(value.items())
            )
            return f"{{{', '.join(pairs)}}}{_more(value)}"
        if isinstance(value, set | frozenset):
            return f"{{{', '.join(sorted(self._each(value, depth)))}}}{_more(value)}"
        if isinstance(value, list | tuple | deque):
            return f"[{', '.join(self._each(value, depth))}]{_more(value)}"
        if isinstance(value, ContextVar):
            return _of(ContextVar, [self.of(default_of(value), depth + 1)])
        if isinstance(value, GeneratorType | AsyncGeneratorType):
            return self._of_generator(value, depth)
        if isinstance(value, Random):
            return _of(type(value), [f"{crc32(repr(value.getstate()).encode()):08x}"])
        return self._of_object(value, depth)

    def _each(self, values: Iterable[Any], depth: int) -> Iterator[str]:
        return (self.of(it, depth + 1) for it in _first(values))

    def _of_generator(self, value: Any, depth: int) -> str:
        frame = value.gi_frame if isinstance(value, GeneratorType) else value.ag_frame
        if frame is None:
            return f"{value.__qualname__}, which is over"
        return f"{value.__qualname__} in line {frame.f_lineno}, {self.of(frame.f_locals, depth)}"

    def _of_object(self, value: Any, depth: int) -> str:
        kind = type(value)
        module = str(kind.__module__)
        file = str(getattr(sys.modules.get(module), "__file__", None) or "")
        if isinstance(value, type | FunctionType | ModuleType) or module.startswith("boxoffice"):
            return str(getattr(value, "__qualname__", kind.__qualname__))
        fields: dict[str, Any] = getattr(value, "__dict__", None) or {}
        if is_library(file):
            # What it makes of itself is its own; what people have put into it is plain.
            depth = max(depth, _DEEPEST - 2)
            fields = {key: it for key, it in fields.items() if it is not None}
        shown = (f"{key}={self.of(it, depth + 1)}" for key, it in _first(fields.items()))
        return _of(kind, shown)


def _of(kind: type, shown: Iterable[str]) -> str:
    return f"{kind.__qualname__}({', '.join(shown)})"


def _more(values: Sized) -> str:
    return f" of {len(values)}" if len(values) > _MOST else ""


def _first(values: Iterable[Any]) -> Iterator[Any]:
    return iter(list(islice(values, _MOST)))
