"""Where libraries have taken hold of a function: by a name, or as a default.

There are many, and once one is loaded nobody changes it, so each is looked through once.
"""

from collections.abc import Iterator, Sequence
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from boxoffice.clock.containers import Hold, Wanted
from boxoffice.clock.holders import defaults_of
from boxoffice.clock.modules import namespace

Named = tuple[dict[str, Any], str, Any]  # a namespace, a name in it, and what it is there


class _Looked(NamedTuple):
    names: dict[str, Any]
    size: int  # how many names there were
    wanted: list[str]
    holds: list[Hold]


class Libraries:
    """What libraries hold of what is `wanted`, by its identity.

    `origins` are the modules that have it: who has neither them nor it by name, took hold of none.
    """

    def __init__(self, wanted: Wanted, origins: Wanted) -> None:
        self._wanted = wanted
        self._sources = wanted | origins
        self._libraries: Sequence[tuple[str, ModuleType]] = ()
        self._namespaces: list[dict[str, Any]] = []
        self._sizes: list[int] = []
        self._looked: dict[str, _Looked] = {}
        self._found: list[_Looked] = []  # which hold anything

    def look_through(self, libraries: Sequence[tuple[str, ModuleType]]) -> None:
        """Look through those that were not there before, and those that have more names now."""
        if libraries is not self._libraries:
            self._namespaces = [namespace(module) for _, module in libraries]
            self._libraries = libraries
        elif self._sizes == [*map(len, self._namespaces)]:
            return
        self._sizes = [*map(len, self._namespaces)]
        known, self._looked = self._looked, {}
        for (name, _), names, size in zip(libraries, self._namespaces, self._sizes, strict=True):
            found = known.get(name)
            if found is None or found.names is not names or found.size != size:
                found = self._look(name, names, size)
            self._looked[name] = found
        self._found = [it for it in self._looked.values() if it.wanted or it.holds]

    def _look(self, module: str, names: dict[str, Any], size: int) -> _Looked:
        values = names.copy()
        if self._sources.isdisjoint(map(id, values.values())):
            return _Looked(names, size, [], [])
        holds = [
            hold
            for value in values.values()
            if getattr(value, "__module__", "") == module
            for function in _functions_of(value)
            for hold in defaults_of(function)
            if id(hold.value) in self._wanted
        ]
        wanted = [name for name, value in values.items() if id(value) in self._wanted]
        return _Looked(names, size, wanted, holds)

    def named(self) -> list[Named]:
        """Return the names of what is wanted."""
        return [
            (each.names, name, each.names[name])
            for each in self._found
            for name in each.wanted
            if name in each.names
        ]

    def holds(self) -> list[Hold]:
        """Return the defaults that are wanted."""
        return [hold for each in self._found for hold in each.holds]


def _functions_of(value: Any) -> Iterator[FunctionType]:
    if type(value) is FunctionType:
        yield value
    elif isinstance(value, type):
        for each in list(vars(value).values()):
            function = getattr(each, "__func__", each)
            if type(function) is FunctionType:
                yield function
