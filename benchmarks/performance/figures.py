"""All that is measured, in one list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.performance import commands, judging, memory, orders, timers, worlds
from benchmarks.performance.sample import Sample


@dataclass(frozen=True)
class Figure:
    """Something that costs; `unit` is the divisor and the name of what is shown of ours.

    `goal` is in the terms of the ratio, which is better the smaller it is.
    """

    name: str
    what: str
    against: str
    unit: tuple[float, str]
    sample: Callable[[bool], Sample]
    goal: float | None = None


MS: Final = (1e-3, "ms")
US: Final = (1e-6, "µs")
KB: Final = (1e3, "KB")
TIMEOUT: Final = "a SimPy timeout"
NOTHING: Final = "`python -c pass`"

FIGURES: Final = (
    Figure("timers", "an `asyncio.sleep` on our loop", TIMEOUT, US, timers.sleeps),
    Figure("world", "a world of five services begins and ends", TIMEOUT, MS, worlds.start_and_end),
    Figure("orders", "an order's 15 minutes, 200 at once", TIMEOUT, MS, orders.at_once),
    Figure(
        "in-turn",
        "an order's 15 minutes, one after another",
        "the same at once",
        MS,
        orders.one_after_another,
        goal=1.5,
    ),
    Figure("growth", "an order among 5,000", "an order among 100", MS, orders.growth, goal=1.2),
    Figure(
        "crowd", "an order of each of 1,000 buyers", "of each of 100", MS, orders.crowd, goal=1.5
    ),
    Figure(
        "small-storm", "a storm of three people and two seats", TIMEOUT, MS, worlds.small_storm
    ),
    Figure("late-cancel", "`late-cancel`, judged", TIMEOUT, MS, worlds.late_cancel),
    Figure("market-day", "`market-day`, judged", TIMEOUT, MS, worlds.market_day),
    Figure("judging", "judging market days", "playing them", MS, judging.share, goal=0.1),
    Figure(
        "memory", "kept of an order, with its trace", "its documents and messages", KB,
        memory.of_an_order,
    ),
    Figure("help", "`boxoffice --help`", NOTHING, MS, commands.help_),
    Figure("list", "`boxoffice list`", NOTHING, MS, commands.list_),
    Figure("import", "`import boxoffice`", NOTHING, MS, commands.import_),
    Figure("story", "an empty story in pytest", "an empty test", MS, commands.empty_story),
)  # fmt: skip
