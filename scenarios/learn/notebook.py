"""The ladder in a notebook: `check("3b", "shop.py")`, or a cell that begins with `%%rung 3b`.

%load_ext scenarios.learn.notebook    brings the cell's first line; the cell is the whole shop.
"""

import inspect
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

from scenarios.learn.checking import Result
from scenarios.learn.checking import check as check_on
from scenarios.learn.pages import page_of
from scenarios.learn.rungs import rung_named


def check(
    rung: str | int, given: str | Path | Callable[..., Any], seeds: int | None = None
) -> Result:
    """Play a shop on a rung, and on all rungs below it; printed, the result says how it went.

    `given` is a file, code, or a function `handle` that needs nothing beside it.  `seeds` stands
    in for the bar.  `show(result.outcome)` of `scenarios.lab` draws the smallest story that fell.
    Raises: Misuse, for no such rung.
    """
    return check_on(rung_named(str(rung)), _code(given), seeds)


class Text(str):
    """Markdown, which a notebook shows as such."""

    __slots__ = ()

    def _repr_markdown_(self) -> str:
        return str(self)


def task(rung: str) -> Text:
    """Return the page of a rung."""
    return Text(page_of(rung_named(str(rung))).task)


def hint(rung: str, number: int = 1) -> Text:
    """Return a hint of a rung, the first, the second or the third."""
    hints = page_of(rung_named(str(rung))).hints
    return Text(hints[min(max(number, 1), len(hints)) - 1])


def load_ipython_extension(shell: Any) -> None:
    """Let a cell begin with `%%rung 3b`."""

    def checked(line: str, cell: str) -> Result:
        return check(line.strip() or "1", f"{cell}\n")

    shell.register_magic_function(checked, "cell", "rung")


def _code(given: str | Path | Callable[..., Any]) -> str:
    if callable(given):
        return textwrap.dedent(inspect.getsource(given)) + "\n"
    said = str(given)
    # Code of one line is no name of a file.
    return said if Path(said).suffix == ".py" or "\n" in said else f"{said}\n"
