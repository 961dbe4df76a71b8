"""What it costs to enter a world and to leave it, beside an event loop that does nothing.

python -m benchmarks.entering [--rounds 101] [--json]
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from statistics import median
from time import process_time
from typing import Any, Final

from boxoffice import System
from boxoffice.world.world import World
from scenarios.shop.world import World as Shop

WARM_UP: Final = 3  # the first world of a process loads what all others find


def main() -> None:
    parser = argparse.ArgumentParser(description="What entering and leaving a world costs.")
    parser.add_argument("--rounds", type=int, default=101, metavar="N")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    asked = parser.parse_args()
    costs = measured(deeds(), asked.rounds)
    if asked.json:
        print(json.dumps(told(costs)))
    else:
        shown(costs)


def deeds() -> Mapping[str, Callable[[], object]]:
    """Return what is measured, by name; the first is what the others are compared with."""
    alone = System("alone")
    alone.service("worker", idle)
    return {
        "asyncio.run of nothing": lambda: asyncio.run(nothing(None)),
        "a world, entered and left": lambda: entered(World(alone)),
        "one worker, started and ended": lambda: started(World(alone)),
        "the shop, entered and left": lambda: entered(Shop()),
        "the shop, started and ended": lambda: started(Shop()),
    }


async def nothing(_: Any) -> None:
    return


async def idle() -> None:
    await asyncio.sleep(0)


def entered(world: World) -> None:
    with world.inside():
        pass


def started(world: World) -> None:
    world.run(nothing)


def measured(deeds: Mapping[str, Callable[[], object]], rounds: int) -> Mapping[str, float]:
    """Return the median of each in milliseconds of CPU time; they take turns."""
    spent: dict[str, list[float]] = {name: [] for name in deeds}
    for number in range(WARM_UP + rounds):
        for name, deed in deeds.items():
            began = process_time()
            deed()
            if number >= WARM_UP:
                spent[name].append(1_000 * (process_time() - began))
    return {name: median(each) for name, each in spent.items()}


def told(costs: Mapping[str, float]) -> dict[str, Any]:
    """Return the costs, and each in multiples of the first."""
    unit = next(iter(costs.values()))
    ratios = {name: round(cost / unit, 2) for name, cost in costs.items()}
    return {
        "modules": len(sys.modules),
        "cpu_ms": {name: round(cost, 3) for name, cost in costs.items()},
        "ratio": ratios,
    }


def shown(costs: Mapping[str, float]) -> None:
    """Print a table."""
    ratios = told(costs)["ratio"]
    for name, cost in costs.items():
        print(f"{name:<32}{cost:8.2f} ms {ratios[name]:8.1f} ×")


if __name__ == "__main__":
    main()
