"""Finds who has taken something by name, as in `from pymongo import AsyncMongoClient`."""

import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, Final

from boxoffice.clock.own import claims
from boxoffice.clock.sandbox import is_internal, is_library

_INSTALLED: Final[set[str]] = set()  # modules that are nobody's own, and no test goes and changes
_CLAIMS: Final[list[int]] = []  # how many packages were claimed when that was found


def bindings_of(replaced: Mapping[int, Any]) -> Iterator[tuple[ModuleType, str, Any]]:
    """Yield the places in people's own modules that hold one of these, and what is to be there.

    `replaced` has the substitute of each object, by its identity.
    """
    if [claims()] != _CLAIMS:
        _CLAIMS[:] = [claims()]
        _INSTALLED.clear()
    for key, module in list(sys.modules.items()):
        if key in _INSTALLED or not isinstance(module, ModuleType):
            continue
        # A lazy module would load itself at being asked in the usual way.
        names = object.__getattribute__(module, "__dict__")
        file = str(names.get("__file__") or "")
        if is_internal(key, file) or is_library(file):
            _INSTALLED.add(key)
            continue
        for name, value in names.copy().items():
            if id(value) in replaced:
                yield module, name, replaced[id(value)]
