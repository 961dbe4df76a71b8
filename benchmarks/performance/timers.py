"""Timers through asyncio: sleeps on our loop."""

import asyncio
from typing import Final

import simpy

from benchmarks.performance.sample import Sample, cost_s
from benchmarks.performance.yardsticks import simpy_timeout_s
from boxoffice.clock.loop import SimLoop

TASKS: Final = 500


def sleeps(quick: bool) -> Sample:
    """Return what one `asyncio.sleep` costs beside one SimPy timeout."""
    each = 40 if quick else 200
    took_s = min(cost_s(lambda: sleep_on(SimLoop(simpy.Environment()), each)) for _ in range(3))
    return Sample(took_s / (TASKS * each), simpy_timeout_s())


def sleep_on(loop: asyncio.AbstractEventLoop, each: int) -> None:
    """Have `TASKS` tasks sleep so often."""

    async def sleeper() -> None:
        for _ in range(each):
            await asyncio.sleep(1)

    async def together() -> None:
        await asyncio.gather(*(sleeper() for _ in range(TASKS)))

    loop.run_until_complete(together())
