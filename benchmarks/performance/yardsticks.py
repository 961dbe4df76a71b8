"""What the figures are held against: plain SimPy, and an interpreter that does nothing."""

import subprocess
import sys
from functools import cache
from time import perf_counter
from typing import Final

import simpy

from benchmarks.performance.sample import cost_s

TIMEOUTS: Final = 100_000


@cache
def simpy_timeout_s() -> float:
    """Return the seconds of one plain SimPy timeout, the best of three."""
    return min(cost_s(timeouts) for _ in range(3)) / TIMEOUTS


def timeouts(processes: int = 500) -> None:
    """Wait in plain SimPy, `TIMEOUTS` times in all."""
    env = simpy.Environment()

    def process() -> simpy.events.ProcessGenerator:
        for _ in range(TIMEOUTS // processes):
            yield env.timeout(1)

    for _ in range(processes):
        env.process(process())
    env.run()


def command_s(*words: str) -> float:
    """Return the wall seconds of a command, the best of five; whatever it prints is dropped."""
    return min(_wall_s(words) for _ in range(5))


@cache
def nothing_s() -> float:
    """Return the wall seconds of an interpreter that does nothing."""
    return command_s("-c", "pass")


def _wall_s(words: tuple[str, ...]) -> float:
    began = perf_counter()
    subprocess.run([sys.executable, *words], check=True, stdout=subprocess.DEVNULL)
    return perf_counter() - began
