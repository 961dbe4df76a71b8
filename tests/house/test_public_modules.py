"""Scenarios import what is public of the engine, and no more of it is public than is used."""

import ast
from collections.abc import Iterator
from importlib import import_module
from types import ModuleType

from pytest import mark

from tests.docs import reference
from tests.house import tree

NAMES = {module.__name__: set(names) for module, names in reference.modules()}
# What a test of one's own services may need has readers outside this repository.
FOR_EVERYBODY = {
    "boxoffice",
    "boxoffice.faults",
    "boxoffice.errors",
    "boxoffice.properties",
    "boxoffice.search",
}
LOADING = {"__import__", "import_module", "find_spec", "run_module"}


def imported(source: str) -> Iterator[tuple[str, str]]:
    """Yield what a file takes from the engine: a module, and a name in it or "" for all of it."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                yield from ((each.name, "") for each in names if is_engine(each.name))
            case ast.ImportFrom(module=str(module), names=names) if is_engine(module):
                yield from ((module, each.name) for each in names)
            case ast.Call(func=called, args=[ast.Constant(value=str(module)), *_]):
                if ast.unparse(called).split(".")[-1] in LOADING and is_engine(module):
                    yield module, ""
            case ast.List(elts=words) | ast.Tuple(elts=words):  # python -m …
                said = [it.value for it in words if isinstance(it, ast.Constant)]
                yield from ((it, "") for it in said if isinstance(it, str) and is_engine(it))


def is_engine(module: str) -> bool:
    """Tell whether a module is the engine, or in it."""
    return module.split(".")[0] == "boxoffice"


def is_public(module: str, name: str) -> bool:
    """Tell whether a name of a module may be used outside the engine."""
    return name in NAMES.get(module, ()) or (f"{module}.{name}" if name else module) in NAMES


def used() -> dict[str, set[tuple[str, str]]]:
    """Return what each file of scenarios takes from the engine."""
    files = tree.modules("scenarios")
    return {tree.name(it): set(imported(it.read_text(encoding="utf-8"))) for it in files}


def test_scenarios_import_what_is_public_and_nothing_else() -> None:
    found = {file: sorted(it for it in some if not is_public(*it)) for file, some in used().items()}
    assert sum(map(len, used().values())) > 100  # that it has looked at them
    assert {file: some for file, some in found.items() if some} == {}


def test_what_only_a_whole_system_needs_is_public_where_one_uses_it() -> None:
    taken = set().union(*used().values())
    idle = {
        (module, name)
        for module, names in NAMES.items()
        if module not in FOR_EVERYBODY
        for name in names
        if (module, name) not in taken
    }
    assert idle == set()


@mark.parametrize(
    "source",
    [
        "import boxoffice.net.host",
        "from boxoffice.net.host import Host",
        "from boxoffice.net import host",
        "from boxoffice.net import Life",
        "from boxoffice import world, net as _, plugin",
        "def late():\n    from boxoffice.world.run import run",
        "import_module('boxoffice.views.explorer.widget')",
        "command = [sys.executable, '-m', 'boxoffice.real.ingress']",
    ],
)
def test_what_is_not_public_is_found(source: str) -> None:
    assert not all(is_public(*it) for it in imported(source))


@mark.parametrize("source", ["from boxoffice import faults, run", "from boxoffice.net import Host"])
def test_what_is_public_is_let_pass(source: str) -> None:
    assert all(is_public(*it) for it in imported(source))


@mark.parametrize(
    ("module", "names"), reference.modules(), ids=[it.__name__ for it, _ in reference.modules()]
)
def test_a_public_module_stands_in_the_reference_with_all_its_names(
    module: ModuleType, names: list[str]
) -> None:
    page = reference.PAGE.read_text(encoding="utf-8")
    [said] = [it for it in page.split("\n## ")[1:] if it.splitlines()[0] == module.__name__]
    assert module.__doc__
    assert reference.said(module) in said
    headings = [line for line in said.splitlines() if line.startswith("### `")]
    assert len(headings) == len(names) > 0
    assert all(
        any(it.startswith(f"### `{name}") for it in headings) and hasattr(module, name)
        for name in names
    )


def test_what_is_loaded_late_is_what_the_types_are_checked_by() -> None:
    late = 0
    for path in tree.modules("sim/boxoffice"):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.If) and "lazily" in ast.unparse(node):
                late += 1
                package = tree.name(path.parent).removeprefix("sim/").replace("/", ".")
                imports = [it for it in node.body if isinstance(it, ast.ImportFrom)]
                named = {each.name for it in imports for each in it.names}
                assert named == set(import_module(package).__all__)
                assert named == NAMES.get(package, named)
    assert late == 14
