"""What `make test` has the time for, what `make test-real` plays, and what is left to the night.

`make test` has six minutes.  Of many cases of a kind it plays a few, and `make test-real`, which
has twenty-five, the rest.  Where there are hundreds, or where a case takes minutes and has a
smaller brother, `make test-real` plays some too, and says how many it leaves to `make test-night`;
there nothing is skipped.
"""

import os
from collections.abc import Iterable
from typing import Any

import pytest
from _pytest.mark import ParameterSet

IS_NIGHT = os.environ.get("NIGHT") == "1"
LEFT_TO_THE_NIGHT = "night: "  # how the reason of such a skip begins

# Marks for a test, or a module of them, that has to wait for what takes its time.
UNHURRIED = [
    pytest.mark.real,
    pytest.mark.skipif(
        os.environ.get("REAL_SERVERS") != "1",
        reason="real: no minute to spare; make test-real has one",
    ),
]
# The same for what has to wait longer.
NIGHTLY = [
    *UNHURRIED,
    pytest.mark.skipif(
        os.environ.get("REAL_SERVERS") == "1" and not IS_NIGHT,
        reason=f"{LEFT_TO_THE_NIGHT}no quarter of an hour to spare; make test-night has one",
    ),
]


def sampled(cases: Iterable[Any], every: int, real: int = 1) -> list[ParameterSet]:
    """Return parameters of which `make test` plays the first and each `every`-th after it.

    Of the others `make test-real` plays each `real`-th: all, unless something else is said.
    """
    found = []
    for at, case in enumerate(cases):
        given = case if isinstance(case, ParameterSet) else pytest.param(case)
        left = [] if at % every == 0 else UNHURRIED if at % real == 0 else NIGHTLY
        found.append(pytest.param(*given.values, marks=[*given.marks, *left], id=given.id))
    return found


def unhurried(test: Any) -> Any:
    """Leave a test to `make test-real`."""
    return _marked(test, UNHURRIED)


def nightly(test: Any) -> Any:
    """Leave a test to `make test-night`."""
    return _marked(test, NIGHTLY)


def _marked(test: Any, marks: Iterable[pytest.MarkDecorator]) -> Any:
    for mark in marks:
        test = mark(test)
    return test
