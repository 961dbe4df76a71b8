"""Broken twins: each takes one named defence away, and shows what it was there for.

A module is a family, and a twin is in the zoo by being written there.  Whoever lists them has them
as well, so a stand-in loads drivers and use cases when it is called.
"""

import pkgutil
from collections.abc import Iterable
from importlib import import_module
from types import ModuleType
from typing import Final

from boxoffice import Twin


def gathered(modules: Iterable[ModuleType]) -> dict[str, Twin]:
    """Return the twins of these modules by name, in the order in which they are written.

    Raises: ValueError, if two have one name.
    """
    found: dict[str, Twin] = {}
    for module in modules:
        for twin in vars(module).values():
            if isinstance(twin, Twin) and found.setdefault(twin.name, twin) is not twin:
                raise ValueError(f"{module.__name__}: there is another twin named {twin.name!r}")
    return found


def _families() -> Iterable[ModuleType]:
    names = sorted(found.name for found in pkgutil.iter_modules(__path__))
    return [import_module(f"{__name__}.{name}") for name in names if not name.startswith("_")]


TWINS: Final[dict[str, Twin]] = gathered(_families())

__all__ = ["TWINS", "gathered"]
