"""Where people's code holds a function otherwise than by a module's name.

`def f(now=time.time)`, `field(default_factory=datetime.now)`, a class that has a clock as an
attribute: each took hold of the real one when it was read.
"""

from collections.abc import Iterator
from functools import cached_property, lru_cache, partial, singledispatchmethod
from types import CellType, FunctionType, MappingProxyType, ModuleType
from typing import Any, Final

from boxoffice.clock.containers import Hold, is_container, is_fixed
from boxoffice.clock.modules import namespace
from boxoffice.clock.sandbox import is_internal

_CODE: Final = frozenset({FunctionType, type, ModuleType, str, int, float, bool})
_PARTS: Final[dict[type, tuple[str, ...]]] = {
    cached_property: ("func",),
    property: ("fget", "fset", "fdel"),
    singledispatchmethod: ("func", "dispatcher"),
    type(lru_cache(int)): ("__wrapped__",),
}
_DEEPEST: Final = 4  # classes in classes, and functions that close over functions


def of_code(module: ModuleType) -> Iterator[Hold]:
    """Yield what the functions and classes of a module hold."""
    seen: set[int] = set()
    for value in _values(module):
        codes = _codes_of(value)
        if codes:
            for code in codes:
                yield from _within(code, module.__name__, seen, 0)
        elif type(value).__module__ == module.__name__:  # a class may have no other name
            yield from _within(type(value), module.__name__, seen, 0)


def _values(module: ModuleType) -> list[Any]:
    return list(namespace(module).values())


def _within(value: Any, module: str, seen: set[int], depth: int) -> Iterator[Hold]:
    if id(value) in seen or depth > _DEEPEST:
        return
    seen.add(id(value))
    if isinstance(value, FunctionType):
        of = str(value.__globals__.get("__name__", ""))
        if not is_internal(of, value.__code__.co_filename):
            yield from _of_function(value, module, seen, depth)
        else:  # what stands in holds the real one, and what Python has made of a function, that
            for wrapped in wrapped_by(value):
                yield from _within(wrapped, module, seen, depth + 1)
    elif value.__module__ == module:
        yield from _of_class(value, module, seen, depth)


def _of_function(function: FunctionType, module: str, seen: set[int], depth: int) -> Iterator[Hold]:
    yield from defaults_of(function)
    for cell in function.__closure__ or ():
        yield from _of_cell(cell, module, seen, depth)


def defaults_of(function: FunctionType) -> Iterator[Hold]:
    """Yield what a function takes where it is not given anything."""
    for at, value in enumerate(function.__defaults__ or ()):
        if _may_hold(value):
            yield Hold(
                value, partial(_put_default, function, at), get=partial(_default, function, at)
            )
    named = function.__kwdefaults__ or {}
    for key, value in named.items():
        yield Hold(value, partial(named.__setitem__, key), get=partial(named.get, key))


def _default(function: FunctionType, at: int) -> Any:
    defaults = function.__defaults__ or ()
    return defaults[at] if at < len(defaults) else None


def _put_default(function: FunctionType, at: int, to: Any) -> None:
    defaults = function.__defaults__ or ()
    function.__defaults__ = (*defaults[:at], to, *defaults[at + 1 :])


def _of_cell(cell: CellType, module: str, seen: set[int], depth: int) -> Iterator[Hold]:
    value = _contents(cell)
    if isinstance(value, FunctionType):
        yield from _within(value, module, seen, depth + 1)
    if _may_hold(value):
        yield Hold(value, partial(setattr, cell, "cell_contents"), get=partial(_contents, cell))


def _contents(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # it is empty
        return None


def _of_class(kind: type, module: str, seen: set[int], depth: int) -> Iterator[Hold]:
    for name, value in list(vars(kind).items()):
        if name == "__dataclass_fields__":
            for field in value.values():
                get = partial(getattr, field, "default_factory")
                yield Hold(get(), partial(setattr, field, "default_factory"), get=get)
            continue
        if name == "__attrs_attrs__":
            yield from _of_attrs(kind)
            continue
        inner = getattr(value, "__func__", value)
        if codes := _codes_of(value):
            for code in codes:
                yield from _within(code, module, seen, depth + 1)
        elif callable(inner):
            # What stands in is a function, which would become a method of the class.
            yield Hold(inner, partial(_put_attribute, kind, name), value)
        elif not name.startswith("__") and (_may_hold(value) or type(value).__module__ == module):
            yield Hold(value, partial(setattr, kind, name))


def _of_attrs(kind: type) -> Iterator[Hold]:
    # What attrs has written for the class finds the factories among its globals.
    for name in ("__init__", "__attrs_init__"):
        written = vars(kind).get(name)
        names = written.__globals__ if isinstance(written, FunctionType) else {}
        for key, value in names.copy().items():
            if key.startswith("__attr_factory_"):
                yield Hold(value, partial(names.__setitem__, key))


def _codes_of(value: Any) -> list[Any]:
    """Return the functions and classes that something is, or is made of."""
    made = type(value)
    if made is FunctionType or isinstance(value, type):
        return [value]
    if made in (classmethod, staticmethod):
        return _codes_of(value.__func__)
    parts = _PARTS.get(made, ())
    return [it for name in parts for it in _codes_of(getattr(value, name))]


def wrapped_by(function: FunctionType) -> list[Any]:
    """Return what `functools` and `contextlib` have made a function of."""
    registry = getattr(function, "registry", None)
    others = list(registry.values()) if isinstance(registry, MappingProxyType) else []
    return [
        it
        for it in (getattr(function, "__wrapped__", None), *others)
        if isinstance(it, FunctionType)
    ]


def _may_hold(value: Any) -> bool:
    """Tell whether this may be a clock, or have one."""
    return callable(value) or is_fixed(value) or is_container(value)


def _put_attribute(kind: type, name: str, to: Any) -> None:
    setattr(kind, name, staticmethod(to) if isinstance(to, FunctionType) else to)
