"""What takes the place of functions of modules and methods of types, and is taken away again.

A substitute asks whether it is called inside a world, and is the real one to everybody else: to
other threads, and to whoever keeps it when the world is over.
"""

import sys
from collections.abc import Iterator, Sequence
from types import ModuleType
from typing import Any, Final, NamedTuple
from weakref import WeakKeyDictionary

from boxoffice.clock.containers import (
    Hold,
    is_container,
    is_fixed,
    is_held,
    is_of_dates,
    made_anew,
    within,
)
from boxoffice.clock.dates import exchange
from boxoffice.clock.holders import of_code, of_values, shape
from boxoffice.clock.modules import namespace, own_modules
from boxoffice.clock.own import claims
from boxoffice.clock.sandbox import is_internal, is_library

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
    for Python's own and the engine's, and wherever people's own code took hold of it.
    """

    def __init__(self, patches: Sequence[Patch]) -> None:
        self._patches = patches
        self._inside = 0
        self._before: list[Patch] = []
        self._replaced: dict[int, Any] = {}
        self._held: list[Hold] = []
        self._claims = claims()
        self._code: WeakKeyDictionary[ModuleType, tuple[tuple[int, ...], tuple[Hold, ...]]]
        self._code = WeakKeyDictionary()
        self._barren: dict[str, tuple[int, int]] = {}  # libraries that have none of the names

    def enter(self) -> None:
        """Put them in force, if they are not.  Raises: whatever a place says to them."""
        self._inside += 1
        if self._inside > 1 and self._claims == claims():
            return
        try:
            if self._inside == 1:
                self._install()
            self._replace_what_is_held()
        except BaseException:
            self.leave()
            raise

    def leave(self) -> None:
        """Put back what was there before, if nobody else is inside."""
        self._inside -= 1
        if not self._inside:
            try:
                while self._held:
                    hold = self._held.pop()
                    hold.put(hold.value if hold.before is None else hold.before)
            finally:  # or this process would stay in a world
                while self._before:
                    _put(*self._before.pop())

    def _install(self) -> None:
        replaced: dict[int, Any] = {}
        constants: dict[str, tuple[Any, Any]] = {}
        for place, name, substitute in self._patches:
            before = vars(place).get(name, _INHERITED)
            self._replace(place, name, before, substitute)
            if isinstance(place, ModuleType) and callable(before):
                replaced[id(before)] = substitute
            elif isinstance(place, ModuleType):
                constants[name] = before, substitute
        self._replace_constants(constants)
        for module in self._importers(frozenset(replaced)) if replaced else ():
            for name, value in module.__dict__.copy().items():
                if id(value) in replaced:
                    self._replace(module, name, value, replaced[id(value)])
        self._replaced = replaced

    def _replace_constants(self, constants: dict[str, tuple[Any, Any]]) -> None:
        # A number is anybody's, save where it has the same name.
        for _, module in own_modules() if constants else ():
            names = namespace(module)
            for name, (before, substitute) in constants.items():
                if name in names and names[name] is before:
                    self._replace(module, name, before, substitute)

    def substitute_of(self, real: Any) -> Any:
        """Return what stands in for a real function while these are in force; None, if nothing.

        For a tuple or a frozen set that holds one it is another.
        """
        if is_fixed(real) and is_held(real, self._replaced):
            made = [self.substitute_of(each) or each for each in real]
            return made_anew(real, made)
        found = self._replaced.get(id(real))
        if found is None and is_of_dates(real):
            found = getattr(real.__self__, real.__name__)
        return None if found is None or found == real else found

    def _replace_what_is_held(self) -> None:
        replaced = self._replaced
        if self._claims != claims():
            self._claims = claims()
            self._barren.clear()
        for _, module in own_modules() if replaced else ():
            for known in self._of_code(module, replaced):
                hold = known if known.get is None else known._replace(value=known.get())
                if is_held(hold.value, replaced):
                    self._exchange(hold)
                else:
                    for inner in within(hold.value, replaced):
                        self._exchange(inner)
            for hold in of_values(module, replaced):
                self._exchange(hold)

    def _exchange(self, hold: Hold) -> None:
        substitute = self.substitute_of(hold.value)
        if substitute is not None:
            self._held.append(hold)
            hold.put(substitute)

    def _of_code(self, module: ModuleType, replaced: dict[int, Any]) -> Sequence[Hold]:
        # Looked through once, and again when it has changed: there is much of it, and it is slow.
        now = shape(module)
        known, found = self._code.get(module, ((), ()))
        if known != now:
            every = of_code(module)
            found = tuple(it for it in every if self._may_have(it.value, module, replaced))
            self._code[module] = now, found
        return found

    def _may_have(self, value: Any, module: ModuleType, replaced: dict[int, Any]) -> bool:
        own = type(value).__module__ == module.__name__
        return own or is_container(value) or is_held(value, replaced)

    def _replace(self, place: Any, name: str, before: Any, substitute: Any) -> None:
        self._before.append(Patch(place, name, before))
        _put(place, name, substitute)

    def _importers(self, replaced: frozenset[int]) -> Iterator[ModuleType]:
        for key, module in list(sys.modules.items()):
            if not isinstance(module, ModuleType):
                continue
            names = namespace(module)
            if self._barren.get(key) in ((id(names), len(names)), (id(names), _EVER)):
                continue
            file = str(names.get("__file__") or "")
            if is_internal(key, file):
                self._barren[key] = id(names), _EVER
                continue
            if not replaced.isdisjoint(map(id, names.copy().values())):
                yield module
            elif is_library(file):  # which no test goes and changes
                self._barren[key] = id(names), len(names)


def _put(place: Any, name: str, value: Any) -> None:
    if value is _INHERITED:
        delattr(place, name)
    elif isinstance(place, type) and place.__module__ == "datetime":
        exchange(place, name, value)
    else:
        setattr(place, name, value)
