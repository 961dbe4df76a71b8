"""The modules that are loaded, told apart: people's own, libraries, and Python's and the engine's.

There are thousands, which hardly ever change, and each world asks for them several times.
"""

import sys
from collections.abc import Sequence
from operator import is_
from types import ModuleType
from typing import Any, Final, NamedTuple

from boxoffice.clock.own import claims
from boxoffice.clock.sandbox import is_internal, is_library


class Loaded(NamedTuple):
    """Modules by their names; Python's and the engine's are in neither."""

    own: Sequence[tuple[str, ModuleType]]
    libraries: Sequence[tuple[str, ModuleType]]


_NOTHING: Final = Loaded((), ())
_INTERNAL, _LIBRARY, _OWN = range(3)


class _Known:
    """What was found, and all that it was found of."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.modules: list[Any] = []  # they are kept, so that no other has the address of one
        self.claims = -1
        self.found = _NOTHING
        self.others: dict[str, int] = {}  # what is nobody's own, which no test changes


_KNOWN: Final = _Known()


def namespace(module: ModuleType) -> dict[str, Any]:
    """Return what a module has, without loading a lazy one as being asked in the usual way does."""
    return object.__getattribute__(module, "__dict__")  # type: ignore[no-any-return]


def own_modules() -> Sequence[tuple[str, ModuleType]]:
    """Return people's own modules by their names."""
    return loaded().own


def loaded() -> Loaded:
    """Return all modules of people's own and of libraries."""
    known, names, modules = _KNOWN, [*sys.modules], [*sys.modules.values()]
    if known.claims != claims():
        known.others.clear()
    elif are_same(modules, known.modules) and names == known.names:
        return known.found
    found: tuple[list[tuple[str, ModuleType]], ...] = ([], [], [])
    for name, module in zip(names, modules, strict=True):
        if isinstance(module, ModuleType):
            found[_kind_of(name, module)].append((name, module))
    known.names, known.modules, known.claims = names, modules, claims()
    known.found = Loaded(found[_OWN], found[_LIBRARY])
    return known.found


def are_same(some: Sequence[Any], others: Sequence[Any]) -> bool:
    """Tell whether these are the same objects in the same order; nothing is asked if it equals."""
    return len(some) == len(others) and all(map(is_, some, others))


def _kind_of(name: str, module: ModuleType) -> int:
    if name not in _KNOWN.others:
        file = str(namespace(module).get("__file__") or "")
        if not is_internal(name, file) and not is_library(file):
            return _OWN
        _KNOWN.others[name] = _INTERNAL if is_internal(name, file) else _LIBRARY
    return _KNOWN.others[name]
