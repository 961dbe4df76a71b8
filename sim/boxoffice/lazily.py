"""Packages whose public names are loaded when they are asked for."""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any


def lazily(
    package: str, homes: Mapping[str, str], check: Callable[[], object] | None = None
) -> tuple[list[str], Callable[[str], Any], Callable[[], list[str]]]:
    """Return a package's `__all__`, `__getattr__` and `__dir__`.

    `homes` says which module has which names, with spaces between them; `check` is called before
    one is loaded.
    """
    home = {name: module for module, names in homes.items() for name in names.split()}

    def loaded(name: str) -> Any:
        if name not in home:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        if check is not None:
            check()
        return getattr(import_module(home[name]), name)

    return sorted(home), loaded, lambda: sorted(home)
