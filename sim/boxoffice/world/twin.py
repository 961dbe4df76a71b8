"""A broken twin: one named function, replaced from outside by a worse one.

There is no switch for a bug in a service.  A twin stands in for a defence while a run lasts, to
show what the defence is there for.
"""

import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import wraps
from importlib import import_module
from inspect import Signature, isawaitable, iscoroutinefunction, signature
from pkgutil import iter_modules
from types import FunctionType, ModuleType
from typing import Any, Final, Literal
from unittest import mock

from boxoffice.clock.import_hooks import on_import
from boxoffice.clock.sandbox import is_internal
from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest

Tier = Literal["easy", "medium", "hard"]

_REAL: Final[dict[str, Any]] = {}  # what each twin that is in place stands in for, by its target

# What a stand-in raises that was written wrong; whatever falls then falls by that.
SLIPS: Final = (NameError, ImportError)


class NoDefence(Misuse):
    """A twin has nothing to stand in for; the message says what there is."""


@dataclass(slots=True)
class Substitution:
    """A twin in place; `calls` is how often the stand-in was called, or None if nobody counts."""

    calls: int | None = field(default=None, init=False)
    misfit: str = field(default="", init=False)  # how it was called, or answered, in vain


@dataclass(frozen=True, slots=True)
class Twin:
    """`target` is `module:function` or `module:Class.method`, and `stand_in` takes its place.

    `defence` says what is missing, and `invariant` names what falls without it.  `tier` tells how
    hard it should be to find: whether a mistake shows by itself, when one thing goes wrong, or only
    where several come together.  `incident` is its number in a list that the system may keep of
    what really went wrong.  `shows` goes on after "it shows when …": what has to happen.
    """

    name: str
    defence: str
    invariant: str
    target: str
    stand_in: Callable[..., Any]
    tier: Tier = "medium"
    incident: int | None = None
    shows: str = ""

    @property
    def family(self) -> str:
        """The name of the module in which its stand-in is written."""
        module = getattr(self.stand_in, "__module__", None) or type(self.stand_in).__module__
        return str(module).rpartition(".")[2]

    @property
    def real(self) -> Any:
        """What it stands in for, also while it does: a stand-in may be made of it.

        Raises: NoDefence.
        """
        if self.target in _REAL:
            return _REAL[self.target]
        module, *names = self._path()
        return self._within(self._module(module), *names)

    @contextmanager
    def in_place(self) -> Iterator[Substitution]:
        """Replace the function for a while, wherever it has been imported by name.

        The package that the stand-in comes from keeps the real one, which it may be made of; what
        judges a run is often there as well.
        Raises: NoDefence, also for a stand-in that cannot be called as the real one is: what falls
        then, falls of that.
        """
        module, *classes, name = self._path()
        loaded = self._module(module)
        real = self._within(self._within(loaded, *classes), name)
        if real is self.stand_in:
            raise NoDefence(f"twin {self.name!r} stands in for itself")
        self._check_that_it_takes(real)
        standing = Substitution()
        stand_in = _counted(self.stand_in, standing, iscoroutinefunction(real))

        def replace(loaded: ModuleType) -> None:
            owner = self._within(loaded, *classes)
            patches.enter_context(mock.patch.object(owner, name, stand_in))

        with ExitStack() as patches:
            if not classes:
                patches.callback(self._give_back, stand_in, real)
            patches.enter_context(mock.patch.dict(_REAL, {self.target: real}))
            replace(loaded)
            for place, alias in [] if classes else list(self._importers(real)):
                patches.enter_context(mock.patch.object(place, alias, stand_in))
            patches.enter_context(on_import((module,), replace))
            try:
                yield standing
            except Exception as error:
                self._check_that_it_fitted(standing, error)
                raise
        self._check_that_it_fitted(standing)

    def _check_that_it_takes(self, real: Any) -> None:
        """Refuse a stand-in that takes no call that the real one takes."""
        if type(real) is not FunctionType or type(self.stand_in) is not FunctionType:
            return
        takes, offered = signature(real), signature(self.stand_in)
        if any(it.kind in (it.VAR_POSITIONAL, it.VAR_KEYWORD) for it in takes.parameters.values()):
            return  # as of what a decorator has made, which does not tell what it takes
        needed = [it for it in takes.parameters.values() if it.default is it.empty]
        args = [
            it.name for it in needed if it.kind in (it.POSITIONAL_ONLY, it.POSITIONAL_OR_KEYWORD)
        ]
        named = {it.name: it for it in needed if it.kind is it.KEYWORD_ONLY}
        if not (_binds(offered, args, named) or _binds(offered, (), dict.fromkeys(args) | named)):
            raise NoDefence(
                f"twin {self.name!r}: {self.stand_in.__name__}{offered} cannot stand in for "
                f"{real.__name__}{takes}"
            )

    def _check_that_it_fitted(self, standing: Substitution, error: Exception | None = None) -> None:
        if standing.misfit:
            raise NoDefence(f"twin {self.name!r}: {standing.misfit}") from error

    def _path(self) -> list[str]:
        module, colon, path = self.target.partition(":")
        if not (module and colon and path):
            raise NoDefence(f"twin {self.name!r}: {self.target!r} is not 'module:function'")
        return [module, *path.split(".")]

    def _module(self, name: str) -> ModuleType:
        try:
            return import_module(name)
        except ModuleNotFoundError as error:
            if error.name and not f"{name}.".startswith(f"{error.name}."):
                raise  # the module is there, and what it imports is not
            there = nearest(name, _modules_beside(name))
            raise NoDefence(f"twin {self.name!r}: there is no module {name!r}{there}") from None

    def _within(self, owner: Any, *names: str) -> Any:
        for name in names:
            if not hasattr(owner, name):
                there = nearest(name, [it for it in dir(owner) if not it.startswith("__")])
                raise NoDefence(f"twin {self.name!r}: {owner.__name__} has no {name!r}{there}")
            owner = getattr(owner, name)
        return owner

    def _give_back(self, stand_in: Any, real: Any) -> None:
        # To what was first loaded meanwhile, and stays: it knows nobody but the stand-in.
        for place, alias in self._importers(stand_in):
            setattr(place, alias, real)

    def _importers(self, real: Any) -> Iterator[tuple[ModuleType, str]]:
        mine = getattr(self.stand_in, "__module__", None) or ""
        root = mine.partition(".")[0]
        kept = (mine,) if self.target.startswith((f"{root}.", f"{root}:")) else (root,)
        for key, module in sorted(sys.modules.items()):
            spared = any(f"{key}.".startswith(f"{it}.") for it in kept)
            if spared or not isinstance(module, ModuleType):
                continue
            if is_internal(key, getattr(module, "__file__", None) or ""):
                continue
            for alias, value in list(vars(module).items()):
                if value is real:
                    yield module, alias


def _counted(
    stand_in: Callable[..., Any], standing: Substitution, is_awaited: bool
) -> Callable[..., Any]:
    """Return the stand-in, which counts its calls if it is a plain function or a coroutine's."""
    if type(stand_in) is not FunctionType or _yields(stand_in):
        return stand_in
    standing.calls = 0

    @wraps(stand_in)
    def called(*args: Any, **named: Any) -> Any:
        standing.calls = (standing.calls or 0) + 1
        try:
            answer = stand_in(*args, **named)
        except TypeError as error:
            if error.__traceback__ is not None and error.__traceback__.tb_next is None:
                standing.misfit = str(error)  # it has not even begun
            raise
        except SLIPS as error:
            standing.misfit = _slipped(stand_in, error)
            raise
        if is_awaited and not isawaitable(answer):
            standing.misfit = (
                f"{stand_in.__name__}() is awaited, and returns a {type(answer).__name__}"
            )
        return answer

    @wraps(stand_in)
    async def awaited(*args: Any, **named: Any) -> Any:
        try:
            return await called(*args, **named)
        except SLIPS as error:
            standing.misfit = _slipped(stand_in, error)
            raise

    return awaited if iscoroutinefunction(stand_in) else called


def _slipped(stand_in: Callable[..., Any], error: Exception) -> str:
    return f"{stand_in.__name__}() has a slip, {type(error).__name__}: {error}"


def _binds(takes: Signature, args: Iterable[Any], named: Mapping[str, Any]) -> bool:
    try:
        takes.bind(*args, **named)
    except TypeError:
        return False
    return True


def _yields(function: FunctionType) -> bool:
    return bool(function.__code__.co_flags & 0x220)  # a generator, or an asynchronous one


def _modules_beside(module: str) -> list[str]:
    package, _, _ = module.rpartition(".")
    within = getattr(sys.modules.get(package), "__path__", None)
    found = [it.name for it in iter_modules(within)] if within or not package else []
    return [f"{package}.{name}" if package else name for name in found] or list(sys.modules)
