"""What pytest shows of the way to an error: people's own lines, and the one that raised it."""

from typing import Any, Final

import pytest

from boxoffice.clock.sandbox import is_internal

_RUNNERS: Final = frozenset({"_pytest", "pluggy", "pytest", "simpy"})


def shortened(excinfo: pytest.ExceptionInfo[BaseException], *, whole: bool) -> None:
    """Take the engine's, Python's and pytest's own calls out of a traceback, save for the last.

    Unless they are asked for, as `pytest --full-trace` does.
    """
    calls = excinfo.traceback
    if whole or not calls:
        return
    last = calls[-1]
    excinfo.traceback = calls.filter(lambda it: it is last or not _is_nobodys(it))


def _is_nobodys(entry: Any) -> bool:
    module = str(entry.frame.f_globals.get("__name__", ""))
    if module.partition(".")[0] in _RUNNERS:
        return True
    return is_internal(module, entry.frame.code.raw.co_filename)
