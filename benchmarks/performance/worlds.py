"""Beginning and ending a world, and stories in it."""

from functools import partial

from benchmarks.performance.sample import Sample, cost_s
from benchmarks.performance.yardsticks import simpy_timeout_s
from boxoffice import Scenario, run
from scenarios.catalogue import scenarios_by_name
from scenarios.shop.world import World


def start_and_end(quick: bool) -> Sample:
    """Return the cost of a world of five services in which nothing happens."""
    _nothing()  # what is made once
    times = 10 if quick else 100
    return Sample(sum(cost_s(_nothing) for _ in range(times)) / times, simpy_timeout_s())


def small_storm(quick: bool) -> Sample:
    """Return the cost of a market day of three people and two seats, judged."""
    return _story("market-day", 10 if quick else 60, size=3)


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


def _nothing() -> None:
    async def nothing(_: World) -> None:
        return

    World(1).run(nothing)
