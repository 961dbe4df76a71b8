"""Loops that never end: each turn of a learner's loop is counted, so that one comes to an end.

The count is written into the code, where a trace function would be asked about every line of the
libraries as well, and no clock is read: a busy machine changes no answer.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, TypeVar

TURNS: Final = 2_000  # of all loops in one call; an honest function needs a few dozen
COUNT: Final = "__turn__"

_turns: ContextVar[list[int] | None] = ContextVar("turns", default=None)

Loop = TypeVar("Loop", ast.For, ast.While, ast.AsyncFor)


class Endless(BaseException):
    """More turns than any function needs; no Exception, so that no `except` swallows it."""

    def __str__(self) -> str:
        return f"its loops have turned {TURNS:,} times, which no rung needs: does one never end?"


@contextmanager
def counting() -> Iterator[None]:
    """Count the turns of all loops that are run within."""
    token = _turns.set([0])
    try:
        yield
    finally:
        _turns.reset(token)


def turn() -> None:
    """Count a turn.  Raises: Endless."""
    count = _turns.get()
    if count is not None:
        count[0] += 1
        if count[0] > TURNS:
            raise Endless


class Counted(ast.NodeTransformer):
    """Puts a call of `COUNT` into each loop."""

    def visit_For(self, node: ast.For) -> ast.For:
        """Count a `for`."""
        return self._counted(node)

    def visit_While(self, node: ast.While) -> ast.While:
        """Count a `while`."""
        return self._counted(node)

    def visit_AsyncFor(self, node: ast.AsyncFor) -> ast.AsyncFor:
        """Count an `async for`."""
        return self._counted(node)

    def _counted(self, node: Loop) -> Loop:
        self.generic_visit(node)
        count = ast.Expr(ast.Call(ast.Name(COUNT, ast.Load()), [], []))
        for made in ast.walk(count):
            ast.copy_location(made, node)
        node.body.insert(0, count)
        return node
