"""How many runs each strategy needs to find a mistake, and how many sequences need not be played.

python -m benchmarks.strategies

It counts runs, so it says the same on every machine.
"""

from collections.abc import Iterator
from math import inf
from statistics import median
from typing import Any, Final

from boxoffice.search import Case, Plan, explore
from boxoffice.search.strategies.partial.races import always
from boxoffice.search.strategies.spelling import strategy_of
from scenarios.stories.last_seat import last_seat
from scenarios.zoo.holds import no_unique_hold
from tests.engine.search import desks
from tests.engine.search.shelves import looks_first, rummage

SEEDS: Final = 20
APART: Final = 1_000  # so that no two campaigns play the same case
MOST: Final = 100  # runs of one campaign
searched: Final[Any] = desks.searched
LOOK_AND_SET: Final = [("look", "a"), ("set_next", "a")]
DESKS: Final[dict[str, list[Any]]] = {
    "three change one document": [[("set_next", "a")], [("add", "a")], [("add", "a")]],
    "two look and set": [LOOK_AND_SET, LOOK_AND_SET],
    "two look and set, a third looks": [LOOK_AND_SET, LOOK_AND_SET, [("look", "b")]],
}


def main() -> None:
    """Count and print."""
    print(f"runs until who looks and then takes is found, of {SEEDS} campaigns")
    for name in ("random", "pct", "delays", "auto"):
        runs = sorted(until_found(name))
        print(f"  {name:<8} median {median(runs):>5g}   {' '.join(f'{it:g}' for it in runs)}")
    print("runs for all sequences, and for those that can be told apart")
    for what, lists in DESKS.items():
        every, search = searched(lists, always), searched(lists)
        assert every[0] == search[0], "both see the same ends"
        print(f"  {what:<32} {every[1].runs:>6} {search[1].runs:>4}")
    print("two people and one seat")
    for bug in (no_unique_hold, None):
        campaign = explore(Plan([Case(last_seat, 0, bug, size=2)]), strategy=strategy_of("por"))
        print(f"  {bug.name if bug else 'sound'}: {campaign.falls} of {campaign.runs} runs fell")
        print(f"  {campaign.processor_s:.1f} s of the processor; {campaign.ending}")


def until_found(strategy: str) -> Iterator[float]:
    """Yield how many runs each campaign needs to find the mistake."""
    for seed in range(SEEDS):
        plan = Plan([Case(rummage, seed * APART, looks_first)])
        campaign = explore(plan, runs=MOST, strategy=strategy_of(strategy))
        yield campaign.runs if campaign.falls else inf


if __name__ == "__main__":
    main()
