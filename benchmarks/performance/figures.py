"""All that is measured, in one list."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from benchmarks.performance import (
    commands,
    judging,
    lifecycles,
    memory,
    orders,
    timers,
    worlds,
)
from benchmarks.performance.sample import Sample


@dataclass(frozen=True)
class Figure:
    """Something that costs; `unit` is "s" or "bytes".

    `goal` is in the terms of the ratio, which is better the smaller it is.
    """

    name: str
    what: str
    against: str
    unit: str
    sample: Callable[[bool], Sample]
    goal: float | None = None


TIMEOUT: Final = "a SimPy timeout"
NO_LOOP: Final = "`asyncio.run` of nothing"
STORED: Final = "its documents and messages"
NOTHING: Final = "`python -c pass`"
DIRECT: Final = "the same code called directly"

FIGURES: Final = (
    Figure("timers", "an `asyncio.sleep` on our loop", TIMEOUT, "s", timers.sleeps),
    Figure("world", "a world of one worker begins and ends", NO_LOOP, "s", worlds.one_worker),
    Figure("shop", "a world of five services begins and ends", NO_LOOP, "s", worlds.shop),
    Figure("orders", "an order's 15 minutes, 200 at once", TIMEOUT, "s", orders.at_once),
    Figure(
        "in-turn",
        "an order's 15 minutes, one after another",
        "the same at once",
        "s",
        orders.one_after_another,
        goal=1.5,
    ),
    Figure("growth", "an order among 2,000", "an order among 100", "s", orders.growth, goal=1.2),
    Figure(
        "crowd", "an order of each of 1,000 buyers", "of each of 100", "s", orders.crowd, goal=1.5
    ),
    Figure(
        "expired", "an order: reserved, expired, released", DIRECT, "s", lifecycles.expired,
        goal=1.5,
    ),
    Figure("paid", "an order: reserved, paid, complete", DIRECT, "s", lifecycles.paid, goal=1.5),
    Figure(
        "small-storm", "`rush`, judged: three people, two seats", TIMEOUT, "s", worlds.small_storm
    ),
    Figure("late-cancel", "`late-cancel`, judged", TIMEOUT, "s", worlds.late_cancel),
    Figure("market-day", "`market-day`, judged", TIMEOUT, "s", worlds.market_day),
    Figure("judging", "judging market days", "playing them", "s", judging.share, goal=0.1),
    Figure("memory", "an order, its trace kept, takes beyond", STORED, "bytes", memory.kept),
    Figure("streamed", "an order, its trace in a file", STORED, "bytes", memory.streamed),
    Figure("off", "an order, no trace", STORED, "bytes", memory.off),
    Figure("help", "`boxoffice --help`", NOTHING, "s", commands.help_),
    Figure("list", "`boxoffice list`", NOTHING, "s", commands.list_),
    Figure("import", "`import boxoffice`", NOTHING, "s", commands.import_),
    Figure("story", "an empty story in pytest", "an empty test", "s", commands.empty_story),
)  # fmt: skip
