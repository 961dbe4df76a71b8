"""What keeps a function among other things, and how each of them is exchanged there.

A tuple and a frozen set are made anew for as long as a world lasts; all else is changed where it
is.
"""

import gc
from collections import ChainMap, OrderedDict, UserDict, UserList, defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Set
from contextvars import Context, ContextVar
from datetime import date
from functools import lru_cache, partial, partialmethod
from types import (
    BuiltinMethodType,
    FunctionType,
    MappingProxyType,
    MemberDescriptorType,
    ModuleType,
    SimpleNamespace,
)
from typing import Any, Final, NamedTuple

_LARGEST: Final = (1_000, 50, 50)  # entries of what is looked through, by how deep it lies
_KINDS: Final = frozenset({
    dict, list, set, deque, defaultdict, OrderedDict, MappingProxyType, SimpleNamespace, ChainMap,
    UserDict, UserList, partial, partialmethod,
})  # fmt: skip
_SINGLE: Final = frozenset({
    bool, bytes, float, int, str, type, type(None), FunctionType, ModuleType,
})  # fmt: skip
Wanted = Set[int]  # the identities of what is looked for
_Put = Callable[..., object]  # of what is to be there, after its own arguments
_Entry = tuple[Any, _Put, tuple[Any, ...]]


class Hold(NamedTuple):
    """One place; `put` changes what it holds, and `before` is what to put back there.

    `get` says what it holds now, where it may have changed since it was found.
    """

    value: Any
    put: Callable[[Any], object]
    before: Any = None  # where that is not the value itself
    get: Callable[[], Any] | None = None


def is_of_dates(value: Any) -> bool:
    """Tell whether this is `datetime.now` or its like, which knows its class and is made anew."""
    return (
        type(value) is BuiltinMethodType
        and isinstance(value.__self__, type)
        and issubclass(value.__self__, date)
    )


def is_held(value: Any, wanted: Wanted, depth: int = 0) -> bool:
    """Tell whether this is looked for, by its identity, or fixed and has it."""
    if type(value) in _SINGLE:
        return id(value) in wanted
    if is_fixed(value):
        fits = depth < len(_LARGEST) and len(value) <= _LARGEST[depth]
        return fits and any(is_held(each, wanted, depth + 1) for each in value)
    return id(value) in wanted or is_of_dates(value)


def is_fixed(value: Any) -> bool:
    """Tell whether this is a tuple, by names or not, or a set, of which there can be another."""
    kind = type(value)
    return (
        kind is tuple or kind is frozenset or (isinstance(value, tuple) and hasattr(value, "_make"))
    )


def made_anew(value: Any, entries: Iterable[Any]) -> Any:
    """Return another tuple or frozen set like this, of these entries."""
    if isinstance(value, frozenset):
        return frozenset(entries)
    return tuple.__new__(type(value), entries)


def is_container(value: Any) -> bool:
    """Tell whether things are kept in this."""
    return type(value) in _KINDS


def default_of(variable: ContextVar[Any]) -> Any:
    """Return what a variable is where nobody has set it; None, if it is nothing there."""
    try:
        return Context().run(variable.get)
    except LookupError:
        return None


def within(held: Any, wanted: Wanted, depth: int = 0) -> Iterator[Hold]:
    """Yield what a container or an instance holds of what is looked for, three levels deep."""
    if isinstance(held, MappingProxyType):
        held = gc.get_referents(held)[0]
    if isinstance(held, dict | list | set | deque):
        if len(held) > _LARGEST[depth]:
            return
        if type(held) is not defaultdict and not _may_have(held, wanted):
            return
    entries = _entries_of(held)
    if len(entries) > _LARGEST[depth]:
        return
    for value, put, at in entries:
        if is_held(value, wanted):
            yield Hold(value, partial(put, *at))
        elif is_container(value) and depth + 1 < len(_LARGEST):
            yield from within(value, wanted, depth + 1)


def _may_have(held: Any, wanted: Wanted) -> bool:
    # Most have texts and numbers, and many of them, which are not gone through one by one.
    values = held.copy().values() if isinstance(held, dict) else held
    return not (_SINGLE.issuperset(map(type, values)) and wanted.isdisjoint(map(id, values)))


def _entries_of(held: Any) -> list[_Entry]:
    if isinstance(held, partial):
        return [
            (held.func, _put_function, (held,)),
            (held.args, _put_arguments, (held,)),
            *_by_key(held.keywords),
        ]
    if isinstance(held, partialmethod):
        own: list[_Entry] = [(getattr(held, it), setattr, (held, it)) for it in ("func", "args")]
        return [*own, *_by_key(held.keywords)]
    if isinstance(held, dict):
        made = getattr(held, "default_factory", None)
        own = [(made, setattr, (held, "default_factory"))] if made is not None else []
        return [*own, *_by_key(held)]
    if isinstance(held, list | deque):
        return [(value, _put_at, (held, at)) for at, value in enumerate(held)]
    if isinstance(held, set):
        return [(value, _put_among, (held, [value])) for value in held.copy()]
    if isinstance(held, type):  # is looked through as code
        return []
    return [*_by_key(getattr(held, "__dict__", {})), *_slots_of(held)]


def _by_key(held: dict[Any, Any]) -> list[_Entry]:
    return [(value, _put_under, (held, key)) for key, value in held.copy().items()]


def _put_at(held: Any, at: int, to: Any) -> None:
    if at < len(held):  # else it was taken out meanwhile
        held[at] = to


def _put_under(held: dict[Any, Any], key: Any, to: Any) -> None:
    if key in held:
        held[key] = to


def _put_among(held: set[Any], present: list[Any], to: Any) -> None:
    if present[0] in held:
        held.remove(present[0])
        held.add(to)
        present[0] = to


def _slots_of(held: Any) -> Iterator[_Entry]:
    kind: Any = type(held)
    for slot in _slots_in(kind):
        try:
            yield slot.__get__(held), slot.__set__, (held,)
        except AttributeError:  # it is empty
            continue


@lru_cache(maxsize=1_000)
def _slots_in(kind: type) -> list[Any]:
    return [
        slot
        for each in kind.__mro__
        if "__slots__" in vars(each)
        for slot in vars(each).values()
        if type(slot) is MemberDescriptorType
    ]


def _put_function(held: "partial[Any]", to: Any) -> None:
    held.__setstate__((to, held.args, held.keywords, vars(held)))  # type: ignore[attr-defined]


def _put_arguments(held: "partial[Any]", to: Any) -> None:
    held.__setstate__((held.func, to, held.keywords, vars(held)))  # type: ignore[attr-defined]
