"""Real clocks that services hold where nothing can stand in for them: in a model of pydantic's."""

import sys
from collections.abc import Iterator
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any

from boxoffice.clock.ambient import is_real
from boxoffice.clock.refusing import RealWorld

if TYPE_CHECKING:
    from boxoffice.world.system import System


def refuse_what_is_held(system: "System") -> None:
    """Refuse models that took hold of a clock when they were made; they keep it in Rust.

    Only the packages of services that are handed in are looked through: one that is named by a
    string is loaded in the world.  Raises: RealWorld.
    """
    for module in _modules_of(system):
        for kind in list(vars(module).values()):
            if isinstance(kind, type) and kind.__module__ == module.__name__:
                _check(module.__name__, kind)


def _modules_of(system: "System") -> Iterator[ModuleType]:
    roots = dict.fromkeys(
        _module_of(it.make).partition(".")[0]
        for it in system.services.values()
        if not isinstance(it.make, str)
    )
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] in roots and isinstance(module, ModuleType):
            yield module


def _module_of(make: Any) -> str:
    while isinstance(make, partial):
        make = make.func
    return str(getattr(make, "__module__", ""))


def _check(module: str, kind: type) -> None:
    fields = vars(kind).get("__pydantic_fields__") or {}
    for name, field in fields.items():
        factory = getattr(field, "default_factory", None)
        if factory is not None and is_real(factory):
            said = getattr(factory, "__qualname__", repr(factory))
            raise RealWorld(
                f"{module}:{kind.__qualname__}.{name} took hold of {said} before the world began: "
                f"say default_factory=lambda: {said}(…)"
            )
