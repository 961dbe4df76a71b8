"""What takes the place of functions of modules and methods of types, and is taken away again.

A substitute asks whether it is called inside a world, and is the real one to everybody else: to
other threads, and to whoever keeps it when the world is over.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from types import ModuleType
from typing import Any

from boxoffice.clock.containers import Hold, is_fixed, is_held, is_of_dates, made_anew
from boxoffice.clock.dates import exchange
from boxoffice.clock.import_hooks import on_import
from boxoffice.clock.late import INHERITED, Late, Makers, Patch, in_place_of
from boxoffice.clock.libraries import Libraries, Named
from boxoffice.clock.modules import are_same, loaded, namespace, own_modules
from boxoffice.clock.own import claims
from boxoffice.clock.survey import Survey


class Patches:
    """In force while anybody is inside; several may be, and leave in any order.

    A function of a module is replaced as well in every module that has imported it by name, save
    for Python's own and the engine's, and wherever people's own code took hold of it.  `late` says
    what is replaced of a module once somebody has loaded it, which may be while they are in force.
    """

    def __init__(self, patches: Sequence[Patch], late: Makers | None = None) -> None:
        self._always = patches
        self._late = Late({} if late is None else late)
        self._patches = [*patches]
        self._inside = 0
        self._hook = ExitStack()
        self._undo: list[Patch] = []
        self._named: list[Named] = []
        self._held: list[Hold] = []
        self._claims = claims()
        self._before: list[Any] = []  # in the place of each patch, when it was last put there
        self._look_for([])

    def enter(self) -> None:
        """Put them in force, if they are not.  Raises: whatever a place says to them."""
        self._inside += 1
        try:
            if self._inside == 1:
                self._begin()
            elif not self._goes_on():
                return
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
            self._hook.close()
            try:
                while self._held:
                    hold = self._held.pop()
                    hold.put(hold.value if hold.before is None else hold.before)
            finally:  # or this process would stay in a world
                while self._named:
                    names, name, real = self._named.pop()
                    names[name] = real
                while self._undo:
                    _put(*self._undo.pop()[:3])

    def _begin(self) -> None:
        if self._late.names:
            self._hook.enter_context(on_import(self._late.names, self._arrived))
        self._patches = [*self._always, *self._late.patches()]
        self._look_for(in_place_of(self._patches))

    def _goes_on(self) -> bool:
        """Replace what has come meanwhile; return whether modules are others' by now."""
        for name, module in self._late.unmade():
            self._replace_late(name, module)
        return self._claims != claims()

    def _arrived(self, module: ModuleType) -> None:
        self._replace_late(module.__name__, module)

    def _replace_late(self, module: str, loaded: ModuleType) -> None:
        for place, name, substitute, _ in self._late.make(module, loaded):
            put_back = put_in_place(place, name, substitute)
            self._undo.append(put_back)
            if isinstance(place, ModuleType):
                real = put_back.substitute
                self._replaced[id(real)] = substitute
                for _, own in own_modules():
                    names = namespace(own)
                    for each in [it for it, value in names.items() if value is real]:
                        self._replace_name(names, each, real)

    def _look_for(self, before: list[Any]) -> None:
        if self._before and are_same(before, self._before):
            return
        self._before = before
        self._replaced: dict[int, Any] = {}
        self._constants: dict[str, tuple[Any, Any]] = {}
        everywhere: dict[int, Any] = {}
        for (place, name, substitute, own_alone), real in zip(self._patches, before, strict=False):
            if isinstance(place, ModuleType) and callable(real):
                self._replaced[id(real)] = substitute
                if not own_alone:
                    everywhere[id(real)] = substitute
            elif isinstance(place, ModuleType):  # a number is anybody's, save by the same name
                self._constants[name] = real, substitute
        shared = [it for it in self._patches if not it.own_alone]
        origins = {id(it.place) for it in shared if isinstance(it.place, ModuleType)}
        self._libraries = Libraries(everywhere.keys(), origins)
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
        for (place, name, substitute, _), before in zip(self._patches, self._before, strict=True):
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
    before = vars(place).get(name, INHERITED)
    _put(place, name, value)
    return Patch(place, name, before)


def _put(place: Any, name: str, value: Any) -> None:
    if value is INHERITED:
        delattr(place, name)
    elif isinstance(place, type) and place.__module__ == "datetime":
        exchange(place, name, value)
    else:
        setattr(place, name, value)
