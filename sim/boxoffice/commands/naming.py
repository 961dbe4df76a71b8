"""Stories by name: those that installed packages bring, and those of a file or a module.

A package brings them by an entry point of the group `boxoffice.catalogues`, a `Names`.
"""

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any, Final

from boxoffice.commands.own_faults import check_own
from boxoffice.faults import fault_of
from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest
from boxoffice.search.mishap import in_a_line
from boxoffice.search.names import Names
from boxoffice.world.scenario import Scenario
from boxoffice.world.twin import Twin

__all__ = ["names"]

GROUP: Final = "boxoffice.catalogues"
HOW: Final = "test_stories.py::a-story, or package.module:a_story"


def names() -> Names:
    """Return how stories are found: by place, and else by the names that packages bring.

    A place is `FILE.py::STORY` or `MODULE:STORY`.  What is returned raises Misuse for what it does
    not find, with what comes near.
    """
    entries = entry_points(group=GROUP)
    brought = [entry.load() for entry in entries]
    packages = [entry.module.partition(".")[0] for entry in entries]
    placed = _Placed()

    def scenario(name: str) -> Scenario:
        if ":" in name:
            return placed.scenario(name)
        if name.endswith(".py"):
            raise Misuse(f"which story of it? {', '.join(placed.stories(name)) or 'it has none'}")
        found: Scenario = _first(brought, "scenario", name)
        return found

    def twin(name: str) -> Twin:
        found: Twin = placed.twins.get(name) or _first(brought, "twin", name, list(placed.twins))
        return found

    def fault(text: str) -> Any:
        check_own(text, packages, placed.modules)
        # Without a package that has names for some, it is the function that makes one.
        return _first(brought, "fault", text) if brought else fault_of(text)

    def storms() -> Sequence[Scenario]:
        return [storm for each in brought for storm in each.storms()]

    return Names(scenario, twin, fault, placed.called, storms=storms)


def _first(brought: Sequence[Names], kind: str, name: str, known: Sequence[str] = ()) -> Any:
    if not brought:
        near = nearest(name, known) if known else ""
        raise Misuse(f"no {kind} {name!r} is known here{near}: name a story by {HOW}")
    complaint: Misuse | None = None
    for each in brought:
        try:
            return getattr(each, kind)(name)
        except Misuse as error:
            complaint = error
    assert complaint is not None
    raise complaint


class _Placed:
    """Stories that are named by where they stand."""

    def __init__(self) -> None:
        self.twins: dict[str, Twin] = {}
        self.modules: list[ModuleType] = []
        self._names: dict[int, str] = {}

    def called(self, scenario: Scenario) -> str:
        return self._names.get(id(scenario), scenario.name)

    def stories(self, file: str) -> list[str]:
        """Return how the stories of a file are named.  Raises: Misuse."""
        every = vars(_of_file(Path(file))).values()
        return [f"{file}::{it.name}" for it in every if isinstance(it, Scenario)]

    def scenario(self, place: str) -> Scenario:
        where, _, name = place.rpartition("::" if "::" in place else ":")
        if not where or not name:
            raise Misuse(f"{place!r} names no story: name one by {HOW}")
        if not where.endswith(".py") and not all(it.isidentifier() for it in where.split(".")):
            there = f"{where} is no file of Python, which ends with .py"
            raise Misuse(f"{there}, and no module: name a story by {HOW}")
        module = _of_file(Path(where)) if where.endswith(".py") else _of_module(where)
        stories = {it.name: it for it in vars(module).values() if isinstance(it, Scenario)}
        wanted = name.replace("_", "-")
        if wanted not in stories:
            said = nearest(wanted, stories) or f"; it has {', '.join(stories) or 'none'}"
            raise Misuse(f"{where} has no story {name!r}{said}")
        found = stories[wanted]
        self.modules.append(module)
        self._names[id(found)] = place
        self.twins.update({it.name: it for it in vars(module).values() if isinstance(it, Twin)})
        self.twins.update({it.name: it for it in found.twins})
        return found


def _of_file(path: Path) -> ModuleType:
    if not path.is_file():
        raise Misuse(f"there is no file {path}")
    there = str(path.resolve().parent)
    if there not in sys.path:
        sys.path.insert(0, there)
    for module in list(sys.modules.values()):  # it may be loaded already, under its own name
        if getattr(module, "__file__", None) == str(path.resolve()):
            return module
    spec = spec_from_file_location(path.stem, path.resolve())
    if spec is None or spec.loader is None:
        raise Misuse(f"{path} is no file of Python")
    module = module_from_spec(spec)
    sys.modules[path.stem] = module
    try:
        with _loading(str(path)):
            spec.loader.exec_module(module)
    except Misuse:
        del sys.modules[path.stem]
        raise
    return module


def _of_module(name: str) -> ModuleType:
    if (there := str(Path.cwd())) not in sys.path:
        sys.path.insert(0, there)
    with _loading(repr(name), f"; name a story by {HOW}"):
        return import_module(name)


@contextmanager
def _loading(what: str, hint: str = "") -> Iterator[None]:
    """Tell in a line what goes wrong while somebody's module is loaded.  Raises: Misuse."""
    try:
        yield
    except Misuse:
        raise
    except ModuleNotFoundError as error:
        raise Misuse(f"{what} cannot be loaded: {error}{hint}") from None
    except (Exception, SystemExit) as error:
        raise Misuse(f"{what} cannot be loaded: {in_a_line(error)}") from None
