"""A flash sale: very many people, few tickets, and everything that a bad day has, in one process.

python -m benchmarks.flash_sale [--buyers 100000] [--tickets 1000] [--seed 1] [--trace FILE] …

Everybody signs up and orders one ticket of those that are left, within a minute; who got one pays.
Messages come twice and in the wrong order, answers get lost, and services die.  Every invariant of
the shop is judged in the end.  The trace is streamed to a file, which `boxoffice trace` opens if it
was named; else it is gone in the end.
"""

import argparse
import gc
import json
import resource
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from benchmarks.performance.sample import processor_s
from boxoffice import Outcome, Scenario, run
from boxoffice.faults import crashes, duplicates, lost_responses, reorders
from boxoffice.terminal import Console
from boxoffice.trace import TraceEvent
from scenarios.actors import Buyer, Order, Ticket
from scenarios.scenario import scenario
from scenarios.shop.checks import INVARIANTS
from scenarios.shop.world import World
from scenarios.town import Town

RUSH_S: Final = 60.0  # within which everybody comes
# Nobody edits here, and nobody changes their mind: all else is put to the test.
UNTESTED: Final = {"no-lost-update", "holder-releases", "orders-settle"}
SERVICES: Final = ("auth", "tickets", "orders", "payments")


def flash_sale(tickets: int, buyers: int) -> Scenario:
    """Return the story of a sale of so many tickets to so many people.

    However many come, a service dies about as often: a share of what each of them writes would
    have it die again before those who wait for it are through.
    """
    dies = 2 / max(buyers, 2)

    @scenario(
        faults=[
            duplicates(share=0.1, within_s=5.0),
            reorders(share=0.1, within_s=1.0),
            lost_responses(share=0.001),
            *(crashes(it, on="write", at=f"{it}-db", share=dies) for it in SERVICES),
        ],
        checks=[it for it in INVARIANTS if it.name not in UNTESTED],
        size=1_000,
    )
    async def flash_sale(town: Town) -> None:
        """Very many people want one of few tickets."""
        sue = town.seller("Sue")
        seats = [await sue.lists(f"Seat {number}", price="45.00") for number in range(tickets)]
        await town.passes(seconds=5)
        await town.together(*(_wants_one(town, buyer, seats) for buyer in town.crowd(town.size)))

    return flash_sale


async def _wants_one(town: Town, buyer: Buyer, seats: Sequence[Ticket]) -> None:
    chance = town.chance(buyer.name)
    buyer.pause_growth = 1.5  # or those who are refused would be the load that has them refused
    await town.passes(seconds=chance.uniform(0, RUSH_S))
    order = await buyer.orders(chance.choice(seats))
    if isinstance(order, Order):
        await buyer.pays(order)


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the sale, and print what it took; return 1 if an invariant was violated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--buyers", type=int, default=100_000, metavar="N")
    parser.add_argument("--tickets", type=int, default=1_000, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--trace", type=Path, metavar="FILE")
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args(arguments)
    columns = (TextColumn("orders"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    # All that lives lives to the end: looking for what does not was a fifth of it at 20,000 buyers.
    gc.set_threshold(50_000, 20, 50)
    began_s = processor_s()
    progress, folder = Progress(*columns, console=Console(stderr=True)), TemporaryDirectory()
    with progress, folder as place:
        trace = asked.trace or Path(place, "flash-sale.trace")
        bar = progress.add_task("orders", total=asked.buyers)

        def begun(world: World) -> None:
            world.trace.watchers.append(partial(_advance, progress, bar))

        sale = flash_sale(asked.tickets, asked.buyers)
        outcome = run(sale, asked.seed, size=asked.buyers, begun=begun, trace=trace)  # type: ignore[arg-type]
        said = figures(outcome, asked.buyers, processor_s() - began_s)
        said["trace on disk, MB"] = round(trace.stat().st_size / 1e6)
    for name, value in said.items():
        print(f"{name:<28} {value}")
    for violation in outcome.violations[:10]:
        print(f"violated: {violation}")
    if asked.json:
        asked.json.write_text(json.dumps(said, indent=1), encoding="utf-8")
    return int(bool(outcome.violations))


def _advance(progress: Progress, bar: object, event: TraceEvent) -> None:
    if event.kind == "request" and event.get("path") == "/api/orders":
        progress.advance(bar)  # type: ignore[arg-type]


def figures(outcome: Outcome, buyers: int, cpu_s: float) -> dict[str, object]:
    """Return what it took, in words and numbers."""
    events = len(outcome.trace.events)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_024
    return {
        "buyers": buyers,
        "verdict": str(outcome.verdict),
        "not put to the test": ", ".join(it.invariant for it in outcome.vacuous) or "nothing",
        "faults injected": sum(it.times for it in outcome.faults),
        "wall, s": round(outcome.wall_s),
        "processor, s": round(cpu_s),
        "virtual, s": round(outcome.virtual_s),
        "events": events,
        "events a second": round(events / outcome.wall_s),
        "peak memory, MB": round(peak_mb),
    }


if __name__ == "__main__":
    sys.exit(main())
