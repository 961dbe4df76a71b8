"""What pytest knows in this repository beside the engine's own options.

`--seeds` and `--size` are short for `--boxoffice-seeds` and `--boxoffice-size`, and a story of the
shop that fails is played again by its name.
"""

import shlex
from typing import Any, Final

import pytest

SHORT: Final = {"seeds": 1, "size": 1}  # and the least that is a number of them
STORIES: Final = "scenarios."  # whose stories the command knows by name


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("boxoffice")
    for name in SHORT:
        group.addoption(f"--{name}", type=int, metavar="N", help=f"short for --boxoffice-{name}")


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    for name, least in SHORT.items():
        given = config.getoption(f"--{name}")
        if given is None:
            continue
        if given < least:
            raise pytest.UsageError(f"--{name} takes a whole number from {least} on")
        setattr(config.option, f"boxoffice_{name}", given)


@pytest.hookimpl(optionalhook=True)
def pytest_boxoffice_replay(item: Any) -> str | None:
    """Name the story, its seed or its twin, and the size of the crowd."""
    if not item.scenario.script.__module__.startswith(STORIES):
        return None
    what = f"--bug {item.twin.name}" if hasattr(item, "twin") else f"--seed {item.seed}"
    size = "" if item.size is None else f" --size {item.size}"
    struck = "".join(f" --fault {shlex.quote(text)}" for text in item.faults)
    return f"boxoffice run {item.scenario.name} {what}{size}{struck}"
