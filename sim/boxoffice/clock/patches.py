"""What takes the place of functions of modules and methods of types, and is taken away again.

A substitute asks whether it is called inside a world, and is the real one to everybody else: to
other threads, and to whoever keeps it when the world is over.
"""

import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, Final, NamedTuple

from boxoffice.clock.dates import exchange
from boxoffice.clock.refusing import is_library, is_of_the_house

_EVER: Final = -1  # however many names there are
_INHERITED: Final = object()  # in the place of what a class has from another


class Patch(NamedTuple):
    """One name in one place, and what stands there in a world."""

    place: Any
    name: str
    substitute: Any


class Patches:
    """In force while anybody is inside; several may be, and leave in any order.

    A function of a module is replaced as well in every module that has imported it by name, save
    for Python's own and the engine's.
    """

    def __init__(self, patches: Sequence[Patch]) -> None:
        self._patches = patches
        self._inside = 0
        self._before: list[Patch] = []
        self._barren: dict[str, tuple[int, int]] = {}  # libraries that have none of the names

    def enter(self) -> None:
        """Put them in force, if they are not.  Raises: whatever a place says to them."""
        self._inside += 1
        if self._inside == 1:
            try:
                self._install()
            except BaseException:
                self.leave()
                raise

    def leave(self) -> None:
        """Put back what was there before, if nobody else is inside."""
        self._inside -= 1
        if not self._inside:
            while self._before:
                _put(*self._before.pop())

    def _install(self) -> None:
        replaced: dict[int, Any] = {}
        for place, name, substitute in self._patches:
            before = vars(place).get(name, _INHERITED)
            self._replace(place, name, before, substitute)
            if isinstance(place, ModuleType):
                replaced[id(before)] = substitute
        for module in self._importers(frozenset(replaced)) if replaced else ():
            for name, value in module.__dict__.copy().items():
                if id(value) in replaced:
                    self._replace(module, name, value, replaced[id(value)])

    def _replace(self, place: Any, name: str, before: Any, substitute: Any) -> None:
        self._before.append(Patch(place, name, before))
        _put(place, name, substitute)

    def _importers(self, replaced: frozenset[int]) -> Iterator[ModuleType]:
        for key, module in list(sys.modules.items()):
            if not isinstance(module, ModuleType):
                continue
            names = _namespace(module)
            if self._barren.get(key) in ((id(names), len(names)), (id(names), _EVER)):
                continue
            file = str(names.get("__file__") or "")
            if is_of_the_house(key, file):
                self._barren[key] = id(names), _EVER
                continue
            if not replaced.isdisjoint(map(id, names.copy().values())):
                yield module
            elif is_library(file):  # which no test goes and changes
                self._barren[key] = id(names), len(names)


def _namespace(module: ModuleType) -> dict[str, Any]:
    # A lazy module would load itself at being asked in the usual way.
    return object.__getattribute__(module, "__dict__")  # type: ignore[no-any-return]


def _put(place: Any, name: str, value: Any) -> None:
    if value is _INHERITED:
        delattr(place, name)
    elif isinstance(place, type) and place.__module__ == "datetime":
        exchange(place, name, value)
    else:
        setattr(place, name, value)
