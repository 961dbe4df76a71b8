"""Modules of a service that is named by a string, loaded anew for each of its lives.

What a process holds in module globals, a client, a cache, a counter, is gone when it dies, is not
shared with its replicas, and is not there on the next seed.  So each life has module objects of its
own for all below the first part of `warehouse.inventory:app`; libraries are shared, as they are
between worlds.
"""

import builtins
import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import ModuleType
from typing import Any, Final

from boxoffice.clock.import_hooks import loading_anew
from boxoffice.net.host import Life, current_life

_IMPORT: Final = builtins.__import__
_IMPORT_MODULE: Final = importlib.import_module


class IsolatedModules:
    """The modules of one life, below one package."""

    def __init__(self, package: str) -> None:
        self._package = package
        self._modules: dict[str, ModuleType] = {}
        self._is_in_place = False

    @contextmanager
    def in_place(self) -> Iterator[None]:
        """Let imports find this life's modules and no other's; what they load, becomes its own."""
        if self._is_in_place:  # a module that is being loaded imports another
            yield
            return
        outside = self._taken_out()
        sys.modules.update(self._modules)
        self._is_in_place = True
        try:
            with loading_anew(self._package):
                yield
        finally:
            self._is_in_place = False
            self._modules = self._taken_out()
            sys.modules.update(outside)

    def _taken_out(self) -> dict[str, ModuleType]:
        below = f"{self._package}."
        names = [it for it in sys.modules if it == self._package or it.startswith(below)]
        return {name: sys.modules.pop(name) for name in names}

    def has(self, name: str) -> bool:
        """Tell whether a module is one of these."""
        return name.partition(".")[0] == self._package


def parse_import_string(target: str) -> tuple[str, str]:
    """Return module and attribute of `module:attribute`.  Raises: ValueError."""
    module, colon, attribute = target.partition(":")
    if not colon or not all(part.isidentifier() for part in (*module.split("."), attribute)):
        raise ValueError(f'a service is named as in "warehouse.inventory:app", and not {target!r}')
    return module, attribute


def load(target: str, life: Life) -> Any:
    """Return what a string names, from modules that are this life's own.

    Raises: ValueError, ImportError, AttributeError.
    """
    module, attribute = parse_import_string(target)
    life.memory = memory = IsolatedModules(module.partition(".")[0])
    with memory.in_place():
        return getattr(_IMPORT_MODULE(module), attribute)


@contextmanager
def isolated_imports() -> Iterator[None]:
    """Let what a life imports later, inside of a function, find its own modules as well."""

    def own(name: str) -> IsolatedModules | None:
        life = current_life.get()
        memory: IsolatedModules | None = getattr(life, "memory", None)
        return memory if memory is not None and memory.has(name) else None

    def instead(real: Callable[..., Any], package_at: int) -> Callable[..., Any]:
        def load(name: str, *rest: Any, **named: Any) -> Any:
            memory = own(_absolute(name, rest, package_at))
            if memory is None:
                return real(name, *rest, **named)
            with memory.in_place():
                return real(name, *rest, **named)

        return load

    builtins.__import__ = instead(_IMPORT, 0)
    importlib.import_module = instead(_IMPORT_MODULE, 0)
    try:
        yield
    finally:
        builtins.__import__ = _IMPORT
        importlib.import_module = _IMPORT_MODULE


def _absolute(name: str, rest: tuple[Any, ...], package_at: int) -> str:
    # A relative import is of the package of whoever imports.
    given = rest[package_at] if len(rest) > package_at else None
    relative = name.startswith(".") or (len(rest) > 3 and rest[3])
    if relative:
        return str(given.get("__package__", "") if isinstance(given, dict) else given)
    return name
