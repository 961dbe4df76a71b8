"""What takes the place of functions of modules and methods of types, and is taken away again.

A substitute asks whether it is called inside a world, and is the real one to everybody else: to
other threads, and to whoever keeps it when the world is over.
"""

from collections.abc import Sequence
from types import ModuleType
from typing import Any, Final, NamedTuple

from boxoffice.clock.containers import Hold, is_fixed, is_held, is_of_dates, made_anew
from boxoffice.clock.dates import exchange
from boxoffice.clock.libraries import Libraries, Named
from boxoffice.clock.modules import are_same, loaded
from boxoffice.clock.own import claims
from boxoffice.clock.survey import Survey

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
        self._undo: list[Patch] = []
        self._named: list[Named] = []
        self._held: list[Hold] = []
        self._claims = claims()
        self._before: list[Any] = []  # in the place of each patch, when it was last put there
        self._look_for([])

    def enter(self) -> None:
        """Put them in force, if they are not.  Raises: whatever a place says to them."""
        self._inside += 1
        if self._inside > 1 and self._claims == claims():
            return
        try:
            if self._inside == 1:
                self._look_for([vars(it.place).get(it.name, _INHERITED) for it in self._patches])
            self._look_through_modules()
            if self._inside == 1:
                self._install()
            self._exchange_what_is_held()
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
                while self._named:
                    names, name, real = self._named.pop()
                    names[name] = real
                while self._undo:
                    _put(*self._undo.pop())

    def _look_for(self, before: list[Any]) -> None:
        if self._before and are_same(before, self._before):
            return
        self._before = before
        self._replaced: dict[int, Any] = {}
        self._constants: dict[str, tuple[Any, Any]] = {}
        for (place, name, substitute), real in zip(self._patches, before, strict=False):
            if isinstance(place, ModuleType) and callable(real):
                self._replaced[id(real)] = substitute
            elif isinstance(place, ModuleType):  # a number is anybody's, save by the same name
                self._constants[name] = real, substitute
        origins = {id(it.place) for it in self._patches if isinstance(it.place, ModuleType)}
        self._libraries = Libraries(self._replaced.keys(), origins)
        self._surveys: dict[str, Survey] = {}

    def _look_through_modules(self) -> None:
        self._claims = claims()
        if not self._replaced:
            return
        modules, known = loaded(), self._surveys
        self._libraries.look_through(modules.libraries)
        self._surveys = {
            name: found
            if (found := known.get(name)) is not None and found.is_of(module)
            else Survey(module, self._replaced.keys(), self._constants)
            for name, module in modules.own
        }

    def _install(self) -> None:
        for (place, name, substitute), before in zip(self._patches, self._before, strict=True):
            self._undo.append(Patch(place, name, before))
            _put(place, name, substitute)
        for found in (self._libraries.named(), *(it.named for it in self._surveys.values())):
            for named in found:
                self._replace_name(*named)

    def _replace_name(self, names: dict[str, Any], name: str, real: Any) -> None:
        known = self._constants.get(name)
        substitute = self._replaced.get(id(real)) if known is None else known[1]
        if substitute is not None:
            self._named.append((names, name, real))
            names[name] = substitute

    def substitute_of(self, real: Any) -> Any:
        """Return what stands in for a real function while these are in force; None, if nothing.

        For a tuple or a frozen set that holds one it is another.
        """
        if is_fixed(real) and is_held(real, self._replaced.keys()):
            made = [self.substitute_of(each) or each for each in real]
            return made_anew(real, made)
        found = self._replaced.get(id(real))
        if found is None and is_of_dates(real):
            found = getattr(real.__self__, real.__name__)
        return None if found is None or found == real else found

    def _exchange_what_is_held(self) -> None:
        for hold in self._libraries.holds():
            self._exchange(hold)
        for survey in (it for it in self._surveys.values() if it.may_hold):
            for hold in survey.holds():
                self._exchange(hold)

    def _exchange(self, hold: Hold) -> None:
        substitute = self.substitute_of(hold.value)
        if substitute is not None:
            self._held.append(hold)
            hold.put(substitute)


def put_in_place(place: Any, name: str, value: Any) -> Patch:
    """Put something in the place of what a module or a type has; return what puts that back."""
    before = vars(place).get(name, _INHERITED)
    _put(place, name, value)
    return Patch(place, name, before)


def _put(place: Any, name: str, value: Any) -> None:
    if value is _INHERITED:
        delattr(place, name)
    elif isinstance(place, type) and place.__module__ == "datetime":
        exchange(place, name, value)
    else:
        setattr(place, name, value)
