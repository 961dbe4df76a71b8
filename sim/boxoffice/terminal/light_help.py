"""Typer's help without what it loads and does not use: Markdown and tracebacks, a fifth of it."""

import sys
from importlib import import_module
from types import ModuleType
from typing import Any, Final

UNUSED: Final = {"rich.markdown": "Markdown", "rich.traceback": "Traceback"}


def load_light_help() -> None:
    """Load Typer's help with classes that load the real ones when they are used."""
    absent = {name: of for name, of in UNUSED.items() if name not in sys.modules}
    for name, of in absent.items():
        stand_in = ModuleType(name)
        setattr(stand_in, of, _Later(of, (), {"module": name}))
        sys.modules[name] = stand_in
    try:
        import_module("typer.rich_utils")
    finally:  # or whoever else asks for them would get no more than this
        for name in absent:
            del sys.modules[name]


class _Later(type):
    """A class by its name and the module that it is in."""

    module: str

    def __call__(cls, *args: Any, **named: Any) -> Any:
        return cls._real()(*args, **named)

    def __getattr__(cls, name: str) -> Any:
        return getattr(cls._real(), name)

    def __instancecheck__(cls, instance: object) -> bool:
        return isinstance(instance, cls._real())

    def _real(cls) -> Any:
        return getattr(import_module(cls.module), cls.__name__)
