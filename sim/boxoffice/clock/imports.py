"""Libraries that are loaded for the first time while a world runs, and draw from nobody's chance.

A library is loaded once in a process, so what it does at its top happens in one run and no other.
What it draws there, an id say, comes from a stream of its own, and the world's stay where they are.
"""

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

from boxoffice.clock.sandbox import is_library

_PYTHONS_OWN = os.path.dirname(os.__file__)
Apart = Callable[[str], AbstractContextManager[None]]


@contextmanager
def loaded_apart(apart: Apart) -> Iterator[None]:
    """Enter `apart(name)` around the execution of each library that is loaded meanwhile."""
    finder = _Finder(apart)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path.remove(finder)


class _Finder(MetaPathFinder):
    def __init__(self, apart: Apart) -> None:
        self._apart = apart

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        at = sys.meta_path.index(self)
        for finder in sys.meta_path[at + 1 :]:
            spec = finder.find_spec(fullname, path, target)
            if spec is not None:
                origin = spec.origin or ""
                stays = is_library(origin) or origin.startswith(_PYTHONS_OWN)
                if spec.loader is not None and stays:
                    spec.loader = _Loader(spec.loader, self._apart)
                return spec
        return None


class _Loader(Loader):
    def __init__(self, loader: Any, apart: Apart) -> None:
        self._loader = loader
        self._apart = apart

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)  # type: ignore[no-any-return]

    def exec_module(self, module: ModuleType) -> None:
        with self._apart(module.__name__):
            self._loader.exec_module(module)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)
