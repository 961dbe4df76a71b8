"""Small files, short functions."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house import tree

FILE_LINES = 300
FUNCTION_LINES = 40


def functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            yield f"{node.lineno} {node.name}", node.end_lineno - node.lineno + 1


def test_no_file_of_code_is_longer_than_300_lines() -> None:
    lengths = {
        tree.name(path): len(path.read_text(encoding="utf-8").splitlines())
        for path in tree.modules()
    }
    assert lengths
    assert {file: lines for file, lines in lengths.items() if lines > FILE_LINES} == {}


def test_no_function_of_a_service_is_longer_than_40_lines() -> None:
    lengths = {
        f"{tree.name(path)}:{function}": lines
        for path in tree.modules("services")
        for function, lines in functions(path)
    }
    assert lengths
    assert {where: lines for where, lines in lengths.items() if lines > FUNCTION_LINES} == {}
