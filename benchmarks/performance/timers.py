"""Timers through asyncio: sleeps on our loop."""

from benchmarks.performance.loops import ours, sleep_s
from benchmarks.performance.sample import Sample
from benchmarks.performance.yardsticks import simpy_timeout_s


def sleeps(quick: bool) -> Sample:
    """Return what one `asyncio.sleep` costs beside one SimPy timeout."""
    return Sample(min(sleep_s(ours) for _ in range(3 if quick else 9)), simpy_timeout_s())
