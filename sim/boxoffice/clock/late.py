"""What is replaced of modules that may be loaded at any time, or never."""

import sys
from collections.abc import Callable, Iterable, Iterator, KeysView, Mapping
from types import ModuleType
from typing import Any, Final, NamedTuple

from boxoffice.clock.modules import are_same

INHERITED: Final = object()  # in the place of what a class has from another


class Patch(NamedTuple):
    """One name in one place, and what stands there in a world.

    With `own_alone`, the names that libraries have taken are left as they are.
    """

    place: Any
    name: str
    substitute: Any
    own_alone: bool = False


Maker = Callable[[Any], Iterable[Patch]]  # of a module's patches, once it is loaded
Makers = Mapping[str, Maker]  # by its name


class _Made(NamedTuple):
    module: ModuleType
    patches: list[Patch]
    real: list[Any]


class Late:
    """The patches of modules, made when each of them is there, and anew where it is another."""

    def __init__(self, makers: Makers) -> None:
        self._makers = makers
        self._made: dict[str, _Made] = {}

    @property
    def names(self) -> KeysView[str]:
        """The modules of which something is replaced."""
        return self._makers.keys()

    def patches(self) -> Iterator[Patch]:
        """Yield what there is to be replaced now that none of it is."""
        for name, module in self._loaded():
            known = self._made.get(name)
            if (
                known is None
                or known.module is not module
                or not are_same(in_place_of(known.patches), known.real)  # somebody has changed it
            ):
                self.make(name, module)
            yield from self._made[name].patches

    def unmade(self) -> list[tuple[str, ModuleType]]:
        """Return what was loaded since without anybody having been told."""
        return [it for it in self._loaded() if it[0] not in self._made]

    def make(self, name: str, module: ModuleType) -> list[Patch]:
        """Return the patches of a module that is there."""
        patches = [*self._makers[name](module)]
        self._made[name] = _Made(module, patches, in_place_of(patches))
        return patches

    def _loaded(self) -> Iterator[tuple[str, ModuleType]]:
        for name in self._makers:
            module = sys.modules.get(name)
            # One that is still being loaded tells of itself when it is.
            if module is not None and not getattr(module.__spec__, "_initializing", False):
                yield name, module


def in_place_of(patches: Iterable[Patch]) -> list[Any]:
    """Return what is there now where each of these would be."""
    return [vars(it.place).get(it.name, INHERITED) for it in patches]
