"""A pytest run inside this one; a conftest that imports the fixture has it.

`HEAD` of the module that asks for it begins what is run, and its `PLUGINS`, if it has any, are
loaded beside the engine's.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from pytest import FixtureRequest, MonkeyPatch, Pytester, fixture

ROOT = Path(__file__).parents[2]
Run = Callable[..., Any]


@fixture
def suite(pytester: Pytester, monkeypatch: MonkeyPatch, request: FixtureRequest) -> Run:
    """Return how to run pytest on the text of one module of stories, test_told.py."""
    monkeypatch.syspath_prepend(str(ROOT))
    plugins = ("no:cacheprovider", *getattr(request.module, "PLUGINS", ()))
    words = [word for plugin in plugins for word in ("-p", plugin)]

    def run(text: str, *options: str) -> Any:
        if text:
            pytester.makepyfile(test_told=request.module.HEAD + text)
        return pytester.runpytest_inprocess(*words, *options)

    return run
