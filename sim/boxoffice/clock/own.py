"""Packages that are people's own wherever they lie: also where `pip install .` has put them.

Whatever a system is declared with claims the package that it is defined in.
"""

import os
import sys
from collections.abc import Iterator
from functools import partial
from importlib.util import find_spec
from inspect import isroutine, unwrap
from types import ModuleType
from typing import Any, Final

# What apps are written with, and what the engine needs: nobody's own, though an app is made of it.
_LIBRARIES: Final = frozenset({
    "aiohttp", "anyio", "anywidget", "attr", "attrs", "blacksheep", "bson", "celery", "django",
    "fakeredis", "falcon", "fastapi", "faststream", "flask", "h11", "httpcore", "httpx",
    "hypothesis", "litestar", "mongomock", "motor", "nats", "pydantic", "pymongo", "pytest",
    "quart", "redis", "rich", "sanic", "simpy", "starlette", "stripe", "structlog", "traitlets",
    "typer", "uvicorn",
})  # fmt: skip
_CLAIMED: Final[list[str]] = []  # files, and folders with a separator at their end


def claim(made: Any) -> None:
    """Take the packages that a function, an app or `module:name` is defined in for people's own."""
    for name in modules_of(made):
        place = "" if name.partition(".")[0] in _LIBRARIES else _place_of(name)
        if place and place not in _CLAIMED:
            _CLAIMED.append(place)


def is_claimed(path: str) -> bool:
    """Tell whether a file is of a package that was claimed."""
    return path.startswith(tuple(_CLAIMED))


def claims() -> int:
    """Return how many packages there are; another number is another answer of `is_library`."""
    return len(_CLAIMED)


def modules_of(made: Any) -> list[str]:
    """Return the modules that something is defined in; an app is where it has a name or routes."""
    while isinstance(made, partial):
        made = made.func
    if isinstance(made, str):
        return [made.partition(":")[0]]
    if isroutine(made) or isinstance(made, type):
        return [str(getattr(it, "__module__", "")) for it in (made, unwrap(made))]
    return [*_holders_of(made)] or [type(made).__module__]


def _holders_of(made: Any) -> Iterator[str]:
    for key, module in list(sys.modules.items()):
        if isinstance(module, ModuleType):
            # A lazy module would load itself at being asked in the usual way.
            names = object.__getattribute__(module, "__dict__")
            if any(value is made for value in list(names.values())):
                yield key
    for route in getattr(made, "routes", None) or ():
        yield str(getattr(getattr(route, "endpoint", None), "__module__", ""))


def _place_of(name: str) -> str:
    """Return where the outermost package of a module lies that is no mere namespace."""
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        file = _file_of(".".join(parts[:end]))
        if file:
            folder, last = os.path.split(file)
            return os.path.join(folder, "") if last.startswith("__init__.") else file
    return ""


def _file_of(name: str) -> str:
    try:
        if name in sys.modules:
            return str(getattr(sys.modules[name], "__file__", None) or "")
        spec = find_spec(name) if name else None
    except (ImportError, ValueError, AttributeError):  # whoever loads it is told
        return ""
    return str(spec.origin or "") if spec is not None and spec.has_location else ""
