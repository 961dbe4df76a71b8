"""Real clocks that services hold where nothing can stand in for them.

A model of pydantic's keeps its factories in Rust, and a context variable its default in C.
"""

import sys
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from functools import partial
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

from boxoffice.clock.ambient import is_real
from boxoffice.clock.containers import default_of
from boxoffice.clock.own import modules_of
from boxoffice.clock.sandbox import SandboxViolation, is_internal, is_library

if TYPE_CHECKING:
    from boxoffice.world.system import System

# Modules without such a model: how much they held then, and where it came from.
_SOUND: Final[WeakKeyDictionary[ModuleType, tuple[int, list[str]]]] = WeakKeyDictionary()


def refuse_what_is_held(system: "System") -> None:
    """Refuse models of a system's services that took hold of a clock; see `refuse_models`.

    A service that is named by a string is loaded in the world.  Raises: SandboxViolation.
    """
    makes = [it.make for it in system.services.values() if not isinstance(it.make, str)]
    refuse_models(name for it in makes for name in modules_of(it))


def refuse_models(names: Iterable[str]) -> None:
    """Refuse models and context variables that took hold of a clock when they were made.

    Those modules are looked through, and whatever they have imported of people's own.
    Raises: SandboxViolation.
    """
    waiting, seen = list(dict.fromkeys(names)), set[str]()
    while waiting:
        name = waiting.pop()
        module = sys.modules.get(name)
        if name not in seen and isinstance(module, ModuleType):
            seen.add(name)
            waiting.extend(_looked_through(name, module))


def _looked_through(name: str, module: ModuleType) -> list[str]:
    """Return what a module has imported from; once it was found sound it is not looked at again."""
    held = vars(module)
    file = str(held.get("__file__") or "")
    if is_library(file) or is_internal(name, file):
        return []
    size, known = _SOUND.get(module, (-1, []))
    if size == len(held):
        return known
    for key, kind in list(held.items()):
        if isinstance(kind, type) and kind.__module__ == name:
            _check(name, kind)
        elif isinstance(kind, ContextVar):
            _refuse_if_real(f"{name}:{key}", "default", default_of(kind))
    _SOUND[module] = len(held), list(dict.fromkeys(_names_in(module)))
    return _SOUND[module][1]


def _names_in(module: ModuleType) -> Iterator[str]:
    for key, value in list(vars(module).items()):
        if isinstance(value, ModuleType):
            # A package has as attributes whatever anybody has imported of it.
            if value.__name__ != f"{module.__name__}.{key}":
                yield value.__name__
        elif isinstance(name := getattr(value, "__module__", None), str):
            yield name


def _clock_in(factory: Any) -> Any:
    """Return the real clock that a factory is, or a partial one has; None, if there is none."""
    if isinstance(factory, partial):
        parts = (factory.func, *factory.args, *factory.keywords.values())
        return next((it for it in map(_clock_in, parts) if it is not None), None)
    return factory if factory is not None and is_real(factory) else None


def _check(module: str, kind: type) -> None:
    held = vars(kind)  # pydantic before 2.10 has them under the second name
    fields = held.get("__pydantic_fields__") or held.get("model_fields")
    if not isinstance(fields, dict):
        return
    for name, field in fields.items():
        factory = getattr(field, "default_factory", None)
        _refuse_if_real(f"{module}:{kind.__qualname__}.{name}", "default_factory", factory)


def _refuse_if_real(holder: str, option: str, held: Any) -> None:
    clock = _clock_in(held)
    if clock is not None:
        said = getattr(clock, "__qualname__", repr(clock))
        raise SandboxViolation(
            f"{holder} took hold of {said} before the world began: say {option}=lambda: {said}(…)"
        )
