"""The Python that the pages show is run as they show it."""

import doctest
import os
import re
from typing import Any
from unittest.mock import patch

from pytest import mark, param, raises

from tests.house import tree

FENCED = re.compile(r"^```(?:python|pycon|py)\n(.*?)^```", re.MULTILINE | re.DOTALL)
FINISHED = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md")


def pages() -> list[Any]:
    return [param(text, id=name) for name, text in tree.texts() if name.endswith(".md")]


def run(page: str) -> None:
    """Run the blocks of one page, one after the other and in one namespace."""
    scope: dict[str, Any] = {"__name__": "__page__"}
    for block in FENCED.findall(page):
        if ">>>" in block:
            _compare(block, scope)
        else:
            exec(compile(block, "<page>", "exec"), scope)


def _compare(block: str, scope: dict[str, Any]) -> None:
    example = doctest.DocTestParser().get_doctest(block, scope, "page", None, 0)
    told: list[str] = []
    runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS)
    runner.run(example, out=told.append, clear_globs=False)
    scope.update(example.globs)
    assert runner.summarize(verbose=False).failed == 0, "".join(told)


@mark.parametrize("page", pages())
def test_the_examples_of_a_page_do_what_it_says(page: str) -> None:
    with patch.dict(os.environ):  # what a page sets there is for itself
        run(page)


@mark.parametrize("page", FINISHED)
def test_a_page_that_a_reader_looks_for_is_there(page: str) -> None:
    assert (tree.ROOT / page).read_text(encoding="utf-8").startswith("# ")


@mark.parametrize("block", ["assert 1 == 2", ">>> 1 + 1\n3"])
def test_an_example_that_is_wrong_is_noticed(block: str) -> None:
    with raises(AssertionError):
        run(f"```python\n{block}\n```\n")
