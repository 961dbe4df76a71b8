"""The commands that installed packages bring, by name."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, MutableMapping
from functools import cached_property, partial
from importlib.metadata import EntryPoint, entry_points
from typing import Any, Final

import typer
from typer.main import get_command, get_group

from boxoffice.misuse import Misuse
from boxoffice.terminal.interrupts import exit_on_interrupt

_LIST: Final = re.compile(r"<list\[(.*)\]>")
GROUP: Final = "boxoffice.commands"


class Commands(MutableMapping[str, Any]):
    """Typer's own objects, each loaded when it is asked for and not before.

    Asking for one raises: Misuse, if it lacks a package or two packages bring it.
    """

    def __init__(self) -> None:
        self._loaded: dict[str, Any] = {}
        self._apps: dict[int, tuple[typer.Typer, Any]] = {}

    @cached_property
    def _entries(self) -> dict[str, list[EntryPoint]]:
        found = defaultdict(list)
        for entry in sorted(entry_points(group=GROUP), key=_package):
            found[entry.name].append(entry)
        return dict(found)

    @property
    def packages(self) -> list[str]:
        """The names of the packages that bring commands."""
        return list(dict.fromkeys(_package(it) for all_ in self._entries.values() for it in all_))

    @property
    def said(self) -> list[str]:
        """What each app that has been loaded says of itself."""
        return [group.help for _, group in self._apps.values() if group.help]

    def load(self) -> None:
        """Load all, in the order in which their apps have them; of those that cannot be, say so."""
        for name in self._entries:
            try:
                self[name]
            except Exception as error:
                self[name] = _broken(name, error)
        places = [name for _, group in self._apps.values() for name in group.commands]
        self._loaded = dict(
            sorted(
                self._loaded.items(),
                key=lambda it: places.index(it[0]) if it[0] in places else len(places),
            )
        )

    def __getitem__(self, name: str) -> Any:
        if name not in self._loaded:
            self._loaded[name] = self._load(name)
        return self._loaded[name]

    def _load(self, name: str) -> Any:
        entry, *others = self._entries[name]
        if others:
            both = " and ".join(map(_package, [entry, *others]))
            raise Misuse(f"{both} both bring a command {name!r}: uninstall one of them")
        try:
            with exit_on_interrupt():
                app = entry.load()
        except ModuleNotFoundError as error:
            raise Misuse(f"{name!r} of {_package(entry)} cannot be loaded: {error}") from error
        return self._command(name, app)

    def _command(self, name: str, app: typer.Typer) -> Any:
        _, group = self._apps.setdefault(id(app), (app, get_group(app)))
        command = group.commands.get(name) or get_command(app)
        _tell_several(command)
        return command

    def __setitem__(self, name: str, command: Any) -> None:
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        yield from {**self._loaded, **self._entries}

    def __len__(self) -> int:
        return len({**self._loaded, **self._entries})


def _package(entry: EntryPoint) -> str:
    return entry.dist.name if entry.dist else ""


def _tell_several(command: Any) -> None:
    """Have the help say `<str>...` of what may be given several times, and not `<list[str]>`."""
    for each in getattr(command, "commands", {}).values():
        _tell_several(each)
    for param in command.params:
        if hasattr(param, "display_type"):  # which older releases of Typer have not
            param.display_type = partial(_several, param.display_type)


def _several(told: Callable[[Any], str], context: Any) -> str:
    return _LIST.sub(r"<\1>...", told(context))


def _broken(name: str, error: Exception) -> Any:
    app = typer.Typer()
    said = " ".join(str(error).split()) or type(error).__name__
    app.command(name, help=f"Cannot be loaded: {said}")(lambda: None)
    return get_command(app)
