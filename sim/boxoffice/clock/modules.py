"""Modules that are people's own: all that are loaded but Python's, the engine's and libraries."""

import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Final

from boxoffice.clock.own import claims
from boxoffice.clock.sandbox import is_own

_OTHERS: Final[set[str]] = set()  # names of those that are nobody's own, which no test changes
_CLAIMS: Final = [0]  # how many packages were claimed when that was found


def namespace(module: ModuleType) -> dict[str, Any]:
    """Return what a module has, without loading a lazy one as being asked in the usual way does."""
    return object.__getattribute__(module, "__dict__")  # type: ignore[no-any-return]


def own_modules() -> Iterator[tuple[str, ModuleType]]:
    """Yield people's own modules by their names."""
    if [claims()] != _CLAIMS:
        _CLAIMS[:] = [claims()]
        _OTHERS.clear()
    for name, module in list(sys.modules.items()):
        if name in _OTHERS or not isinstance(module, ModuleType):
            continue
        file = str(namespace(module).get("__file__") or "")
        if is_own(name, file):
            yield name, module
        else:
            _OTHERS.add(name)
