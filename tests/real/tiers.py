"""What `make test` has the time for, and what only `make test-real` plays.

`make test` has six minutes.  Of many cases of a kind it plays a few, and `make test-real` the rest;
there nothing is skipped.
"""

import os
from collections.abc import Iterable
from typing import Any

import pytest
from _pytest.mark import ParameterSet

# Marks for a test, or a module of them, that has to wait for what takes its time.
UNHURRIED = [
    pytest.mark.real,
    pytest.mark.skipif(
        os.environ.get("REAL_SERVERS") != "1",
        reason="real: no minute to spare; make test-real has one",
    ),
]


def sampled(cases: Iterable[Any], every: int) -> list[ParameterSet]:
    """Return parameters of which `make test` plays the first and each `every`-th after it."""
    found = []
    for at, case in enumerate(cases):
        given = case if isinstance(case, ParameterSet) else pytest.param(case)
        marks = [*given.marks, *(UNHURRIED if at % every else [])]
        found.append(pytest.param(*given.values, marks=marks, id=given.id))
    return found


def unhurried(test: Any) -> Any:
    """Leave a test to `make test-real`."""
    for mark in UNHURRIED:
        test = mark(test)
    return test
