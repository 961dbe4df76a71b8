"""What is done around the execution of modules that are loaded meanwhile."""

import sys
from collections.abc import Callable, Container, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any, Final

Chosen = Callable[[ModuleSpec], bool]
Around = Callable[[ModuleType], AbstractContextManager[None]]
_ANEW: Final[list[str]] = []  # packages whose modules are loaded for each life


@contextmanager
def on_import(names: Container[str], tell: Callable[[ModuleType], None]) -> Iterator[None]:
    """Have `tell` called with each module of those names that is loaded meanwhile, once it is."""

    @contextmanager
    def around(module: ModuleType) -> Iterator[None]:
        yield
        tell(module)

    with _hooked(names.__contains__, lambda spec: True, around):
        yield


@contextmanager
def around_what_stays(around: Around) -> Iterator[None]:
    """Enter `around(module)` while a module is executed that the next world finds loaded."""

    def stays(spec: ModuleSpec) -> bool:
        return spec.name.partition(".")[0] not in _ANEW

    with _hooked(lambda fullname: True, stays, around):
        yield


@contextmanager
def loading_anew(package: str) -> Iterator[None]:
    """Take modules below a package for what the next world loads once more."""
    _ANEW.append(package)
    try:
        yield
    finally:
        _ANEW.remove(package)


@contextmanager
def _hooked(named: Callable[[str], bool], chosen: Chosen, around: Around) -> Iterator[None]:
    finder = _Finder(named, chosen, around)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    def __init__(self, named: Callable[[str], bool], chosen: Chosen, around: Around) -> None:
        self._named = named
        self._chosen = chosen
        self._around = around

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if not self._named(fullname):
            return None
        at = sys.meta_path.index(self)
        for finder in sys.meta_path[at + 1 :]:
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                if spec.loader is not None and self._chosen(spec):
                    spec.loader = _Loader(spec.loader, self._around)
                return spec
        return None


class _Loader(Loader):
    def __init__(self, loader: Any, around: Around) -> None:
        self._loader = loader
        self._around = around

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        with self._around(module):
            self._loader.exec_module(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
