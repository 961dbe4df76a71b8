"""A command of this project, run in this process."""

import sys
from collections.abc import Callable
from typing import Any

from pytest import CaptureFixture, MonkeyPatch, raises


def runner(
    main: Callable[[], object], monkeypatch: MonkeyPatch, capsys: CaptureFixture[str]
) -> Callable[..., tuple[Any, str, str]]:
    """Return how to run the command; what comes back is its status, stdout and stderr."""

    def run(*words: object) -> tuple[Any, str, str]:
        monkeypatch.setattr(sys, "argv", ["boxoffice", *map(str, words)])
        with raises(SystemExit) as ended:
            main()
        return ended.value.code, *capsys.readouterr()

    return run
