"""The services do not know that they are simulated."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house import tree

ROOMS_BELOW = {"boxoffice", "sim", "scenarios", "tests"}


def words(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Name(id=word) | ast.Attribute(attr=word) | ast.arg(arg=word):
            yield word
        case ast.keyword(arg=str(word)):
            yield word
        case ast.Constant(value=str(word)):
            yield word


def imports(node: ast.AST) -> Iterator[str]:
    match node:
        case ast.Import(names=names):
            yield from (each.name.split(".")[0] for each in names)
        case ast.ImportFrom(module=str(module)):
            yield module.split(".")[0]


def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))


def switches(path: Path) -> set[str]:
    """Return what the conditions of a file ask about, as far as it is a simulation."""
    tests = [
        node.test
        for node in nodes(path)
        if isinstance(node, ast.If | ast.IfExp | ast.While | ast.Assert)
    ]
    asked = {word for test in tests for node in ast.walk(test) for word in words(node)}
    return {word for word in asked if "simul" in word.lower()}


def test_no_service_asks_whether_it_is_simulated() -> None:
    asking = {tree.name(path): switches(path) for path in tree.modules("services")}
    assert asking
    assert {file: found for file, found in asking.items() if found} == {}


def test_no_service_imports_the_world() -> None:
    found = {
        tree.name(path): ROOMS_BELOW & {room for node in nodes(path) for room in imports(node)}
        for path in tree.modules("services")
    }
    assert found
    assert {file: rooms for file, rooms in found.items() if rooms} == {}
