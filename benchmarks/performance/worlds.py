"""Beginning and ending a world, and stories in it."""

import asyncio
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

from benchmarks.performance.sample import Sample, cost_s
from benchmarks.performance.yardsticks import simpy_timeout_s
from boxoffice import Scenario, System, run
from scenarios.catalogue import scenarios_by_name
from scenarios.shop.world import World


def one_worker(quick: bool) -> Sample:
    """Return the cost of a world of one worker, and of a loop of asyncio's in which nothing is."""
    alone = System("alone")
    alone.service("worker", _idle)
    return _beside_a_loop(lambda: alone.open(0, []).run(_nothing), 10 if quick else 100)


def shop(quick: bool) -> Sample:
    """Return the cost of a world of five services, and of a loop of asyncio's."""
    return _beside_a_loop(lambda: World(1).run(_nothing), 10 if quick else 100)


def _beside_a_loop(work: Callable[[], object], times: int) -> Sample:
    for _ in range(3):
        work()  # what is made once
    ours, theirs = [], []
    for _ in range(times):
        ours.append(cost_s(work))
        theirs.append(cost_s(lambda: asyncio.run(_idle())))
    return Sample(median(ours), median(theirs))


def small_storm(quick: bool) -> Sample:
    """Return the cost of a rush of three people for two seats, judged."""
    return _story("rush", 20 if quick else 200)


def late_cancel(quick: bool) -> Sample:
    """Return the cost of the story of a late cancellation, judged."""
    return _story("late-cancel", 5 if quick else 30)


def market_day(quick: bool) -> Sample:
    """Return the cost of a whole market day, judged."""
    return _story("market-day", 2 if quick else 10)


def _story(name: str, runs: int, size: int | None = None) -> Sample:
    scenario = scenarios_by_name()[name]
    run(scenario, 10_000, size=size)  # what is made once
    took_s = sum(cost_s(partial(_played, scenario, seed, size)) for seed in range(runs))
    return Sample(took_s / runs, simpy_timeout_s())


def _played(scenario: Scenario, seed: int, size: int | None) -> None:
    assert not run(scenario, seed, size=size).violations


async def _nothing(_: Any) -> None:
    return


async def _idle() -> None:
    await asyncio.sleep(0)
