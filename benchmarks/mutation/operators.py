"""What cosmic-ray makes of a file, and two operators beside its own; run by its own Python.

python operators.py FILE…

Prints each mutant as a line of JSON.  `site` tells which mutants stand in for the same piece of
the program: a comparison has seven others, and is one site.  Nobody runs annotations: they are
left out.
"""

import ast
import json
import sys
from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Any, Final

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.ast.ast_query import ASTQuery
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator, operator_names
from parso.python.tree import Keyword


class LeaveOutCall(Operator):
    """A statement that is a call, of which nobody wants the result, is not made."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        if node.type == "simple_stmt" and _is_call(node.children[0]):
            yield node.start_pos, node.children[0].end_pos

    def mutate(self, node: Any, index: int) -> Any:
        first = node.get_first_leaf()
        node.children[0] = Keyword("pass", first.start_pos, first.prefix)
        return node

    @classmethod
    def examples(cls) -> list[Any]:
        return []


class LeaveOutArgument(Operator):
    """An argument that is given by name is not given."""

    def mutation_positions(self, node: Any) -> Iterator[Any]:
        for argument in self._named(node):
            yield argument.start_pos, argument.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        at = node.children.index(self._named(node)[index])
        del node.children[at : at + 2]  # with the comma after it
        return node

    def _named(self, node: Any) -> list[Any]:
        if node.type != "arglist":
            return []
        return [it for it in node.children if it.type == "argument" and it.children[1] == "="]

    @classmethod
    def examples(cls) -> list[Any]:
        return []


def _is_call(node: Any) -> bool:
    if node.type == "atom_expr" and node.children[0] == "await":
        return True
    return node.type in ("power", "atom_expr") and node.children[-1].get_code().startswith("(")


OURS: Final = {"LeaveOutCall": LeaveOutCall, "LeaveOutArgument": LeaveOutArgument}


def mutants_of(path: Path) -> Iterator[dict[str, Any]]:
    """Yield all mutants of a file."""
    source = path.read_text(encoding="utf-8")
    tree, unrun = get_ast(source), list(_annotations(source))
    for name in (*operator_names(), *OURS):
        make = OURS.get(name) or get_operator(name)
        if make.arguments():  # which variable to take for which is not known here
            continue
        operator, occurrence = make(), -1
        for node in ast_nodes(tree):
            for start, _ in operator.mutation_positions(node):
                occurrence += 1
                text = mutate_code(source, operator, occurrence)
                if _is_program(text) and not any(first <= start < last for first, last in unrun):
                    kind = name.split("/")[-1]
                    yield {
                        "path": str(path),
                        "definition": ASTQuery(node).get_definition_name() or "",
                        "operator": kind,
                        "line": start[0],
                        "site": f"{start[0]}:{start[1]} {kind.partition('_')[0]}",
                        "change": _change(source, text),
                        "text": text,
                    }


def _is_program(text: str) -> bool:
    try:
        ast.parse(text)
    except SyntaxError:  # two stars before a mapping are no power
        return False
    return True


def _annotations(source: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    for node in ast.walk(ast.parse(source)):
        for field in ("annotation", "returns"):
            it = getattr(node, field, None)
            if it is not None:
                yield (it.lineno, it.col_offset), (it.end_lineno, it.end_col_offset)


def _change(before: str, after: str) -> str:
    lines = list(unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0))[2:]
    old, new = (
        " ".join(" ".join(line[1:].split()) for line in lines if line.startswith(sign))
        for sign in "-+"
    )
    return f"{old} → {new}"


if __name__ == "__main__":
    for file in sys.argv[1:]:
        for mutant in mutants_of(Path(file)):
            print(json.dumps(mutant))
