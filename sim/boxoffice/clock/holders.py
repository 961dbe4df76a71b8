"""Where people's code holds a function otherwise than by a module's name.

`def f(now=time.time)`, `field(default_factory=datetime.now)`, a class that has a clock as an
attribute: each took hold of the real one when it was read.
"""

from collections.abc import Callable, Container, Iterator
from datetime import date
from functools import partial
from itertools import chain
from types import BuiltinMethodType, CellType, FunctionType, ModuleType
from typing import Any, Final, NamedTuple

from boxoffice.clock.sandbox import is_internal

_CODE: Final = frozenset({FunctionType, type, ModuleType, str, int, float, bool, tuple})
_LARGEST: Final = 1_000  # entries of what is looked through at every world's beginning
_DEEPEST: Final = 4  # classes in classes, and functions that close over functions


class Hold(NamedTuple):
    """One place; `put` changes what it holds, and `before` is what to put back there."""

    value: Any
    put: Callable[[Any], object]
    before: Any = None  # where that is not the value itself


def of_code(module: ModuleType) -> Iterator[Hold]:
    """Yield what the functions and classes of a module hold."""
    seen: set[int] = set()
    for value in _values(module):
        if isinstance(value, FunctionType | type):
            yield from _within(value, module.__name__, seen, 0)


def of_values(module: ModuleType, wanted: Container[int]) -> Iterator[Hold]:
    """Yield what the dictionaries, lists and instances of a module hold, and itself of dates.

    `wanted` has the identities of what is looked for.
    """
    names, own = object.__getattribute__(module, "__dict__"), module.__name__
    for name, value in names.copy().items():
        kind = type(value)
        if kind in _CODE or name.startswith("__"):
            continue
        if kind is dict or kind is list:
            yield from _of_container(value, wanted)
        elif kind is BuiltinMethodType and is_of_dates(value):
            yield Hold(value, partial(names.__setitem__, name))
        elif kind.__module__ == own and hasattr(value, "__dict__"):
            yield from _of_container(vars(value), wanted)


def shape(module: ModuleType) -> tuple[int, ...]:
    """Return numbers that differ where a module has another function, or a class another method."""
    values = _values(module)
    classes = [it for it in values if isinstance(it, type) and it.__module__ == module.__name__]
    return tuple(map(id, chain(values, *(vars(it).values() for it in classes))))


def _values(module: ModuleType) -> list[Any]:
    # A lazy module would load itself at being asked in the usual way.
    return list(object.__getattribute__(module, "__dict__").values())


def is_of_dates(value: Any) -> bool:
    """Tell whether this is `datetime.now` or its like, which knows its class and is made anew."""
    return (
        type(value) is BuiltinMethodType
        and isinstance(value.__self__, type)
        and issubclass(value.__self__, date)
    )


def _within(value: Any, module: str, seen: set[int], depth: int) -> Iterator[Hold]:
    if id(value) in seen or depth > _DEEPEST:
        return
    seen.add(id(value))
    if isinstance(value, FunctionType):
        of = str(value.__globals__.get("__name__", ""))
        if not is_internal(of, value.__code__.co_filename):  # what stands in holds the real one
            yield from _of_function(value, module, seen, depth)
    elif value.__module__ == module:
        yield from _of_class(value, module, seen, depth)


def _of_container(held: dict[Any, Any] | list[Any], wanted: Container[int]) -> Iterator[Hold]:
    if len(held) > _LARGEST:
        return
    pairs = held.copy().items() if isinstance(held, dict) else enumerate(held.copy())
    for key, value in pairs:
        if id(value) in wanted or (type(value) is BuiltinMethodType and is_of_dates(value)):
            yield Hold(value, partial(held.__setitem__, key))


def _of_function(function: FunctionType, module: str, seen: set[int], depth: int) -> Iterator[Hold]:
    for at, value in enumerate(function.__defaults__ or ()):
        if callable(value):
            yield Hold(value, partial(_put_default, function, at))
    named = function.__kwdefaults__ or {}
    for key, value in named.items():
        yield Hold(value, partial(named.__setitem__, key))
    for cell in function.__closure__ or ():
        yield from _of_cell(cell, module, seen, depth)


def _put_default(function: FunctionType, at: int, to: Any) -> None:
    defaults = function.__defaults__ or ()
    function.__defaults__ = (*defaults[:at], to, *defaults[at + 1 :])


def _of_cell(cell: CellType, module: str, seen: set[int], depth: int) -> Iterator[Hold]:
    try:
        value = cell.cell_contents
    except ValueError:  # it is empty
        return
    if isinstance(value, FunctionType):
        yield from _within(value, module, seen, depth + 1)
    if callable(value):
        yield Hold(value, partial(setattr, cell, "cell_contents"))


def _of_class(kind: type, module: str, seen: set[int], depth: int) -> Iterator[Hold]:
    for name, value in list(vars(kind).items()):
        if name == "__dataclass_fields__":
            for field in value.values():
                yield Hold(field.default_factory, partial(setattr, field, "default_factory"))
            continue
        inner = getattr(value, "__func__", None) or getattr(value, "fget", None) or value
        if isinstance(inner, FunctionType | type):
            yield from _within(inner, module, seen, depth + 1)
        elif callable(inner):
            # What stands in is a function, which would become a method of the class.
            yield Hold(inner, partial(_put_attribute, kind, name), value)


def _put_attribute(kind: type, name: str, to: Any) -> None:
    setattr(kind, name, staticmethod(to) if isinstance(to, FunctionType) else to)
