"""What one module holds of what is looked for: found once, and again when the module is another."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import chain
from operator import methodcaller
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any, Final

from boxoffice.clock.containers import Hold, Wanted, is_container, is_held, within
from boxoffice.clock.holders import of_code
from boxoffice.clock.libraries import Named
from boxoffice.clock.modules import are_same, namespace

_VALUES: Final = methodcaller("values")
_PLAIN: Final = frozenset({FunctionType, type, ModuleType, str, int, float, bool, type(None)})


class Survey:
    """The names of a module, its code and what it keeps, as they were when it was made.

    Whatever cannot change unseen is looked through once.  A container and an instance are looked
    through each time.
    """

    def __init__(
        self, module: ModuleType, wanted: Wanted, constants: Mapping[str, tuple[Any, Any]]
    ) -> None:
        names = namespace(module)
        self._module = module
        self._wanted = wanted
        # All that it was made of is kept, so that nothing else has the address of a part.
        self._names, self._values = [*names], [*names.values()]
        classes = [it for it in self._values if isinstance(it, type)]
        self._classes = [vars(it) for it in classes if it.__module__ == module.__name__]
        self._members = _members_of(self._classes)
        self._registries = [(it, len(it)) for it in map(_registry_of, self._values) if it]
        self.named: list[Named] = [
            (names, name, value)
            for name, value in names.copy().items()
            if id(value) in wanted or (name in constants and value is constants[name][0])
        ]
        self._code = [it for it in of_code(module) if self._is_looked_through(it.value)]
        self._fixed: list[Hold] = []
        self._kept: list[Any] = []
        self._look_at_values(names)

    def _look_at_values(self, names: dict[str, Any]) -> None:
        own = self._module.__name__
        for name, value in names.copy().items():
            kind = type(value)
            if kind in _PLAIN or name.startswith("__"):
                continue
            if id(value) not in self._wanted and is_held(value, self._wanted):
                self._fixed.append(Hold(value, partial(names.__setitem__, name)))
            elif is_container(value) or kind.__module__ == own:
                self._kept.append(value)

    def _is_looked_through(self, value: Any) -> bool:
        own = type(value).__module__ == self._module.__name__
        return own or is_container(value) or is_held(value, self._wanted)

    def is_of(self, module: ModuleType) -> bool:
        """Tell whether the module is still the one that was looked through."""
        if module is not self._module:
            return False
        names = namespace(module)
        return (
            are_same([*names.values()], self._values)
            and [*names] == self._names
            and are_same(_members_of(self._classes), self._members)
            and all(len(registry) == size for registry, size in self._registries)
        )

    @property
    def may_hold(self) -> bool:
        """Whether it holds anything but by a name, or may do so by now."""
        return bool(self._code or self._fixed or self._kept)

    def holds(self) -> Iterator[Hold]:
        """Yield what it holds otherwise than by a name."""
        for known in self._code:
            hold = known if known.get is None else known._replace(value=known.get())
            if is_held(hold.value, self._wanted):
                yield hold
            else:
                yield from within(hold.value, self._wanted)
        yield from self._fixed
        for value in self._kept:
            yield from within(value, self._wanted)


def _members_of(classes: Iterable[Mapping[str, Any]]) -> list[Any]:
    return [*chain.from_iterable(map(_VALUES, classes))]


def _registry_of(value: Any) -> Any:
    found = vars(value).get("registry") if type(value) is FunctionType else None
    return found if isinstance(found, MappingProxyType) else None
