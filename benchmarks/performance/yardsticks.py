"""What the figures are held against: plain SimPy, and an interpreter that does nothing."""

import atexit
import os
import subprocess
import sys
from functools import cache
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.performance.loops import timeout_s


@cache
def simpy_timeout_s() -> float:
    """Return the seconds of one plain SimPy timeout, the best of three."""
    return min(timeout_s() for _ in range(3))


def command_s(*words: str) -> float:
    """Return the wall seconds of a command, the best of five; whatever it prints is dropped."""
    return min(_wall_s(words) for _ in range(5))


@cache
def nothing_s() -> float:
    """Return the wall seconds of an interpreter that does nothing."""
    return command_s("-c", "pass")


def _wall_s(words: tuple[str, ...]) -> float:
    began = perf_counter()
    subprocess.run(
        [sys.executable, *words], check=True, stdout=subprocess.DEVNULL, env=_environment()
    )
    return perf_counter() - began


@cache
def _environment() -> dict[str, str]:
    """Return what is set for a command, which finds everything compiled, as pip leaves it."""
    folder = TemporaryDirectory()
    atexit.register(folder.cleanup)
    here = {it: value for it, value in os.environ.items() if it != "PYTHONDONTWRITEBYTECODE"}
    return here | {"PYTHONPYCACHEPREFIX": folder.name}
