"""What a purchase costs each process: python -m benchmarks.processes [--against FOLDER] …

Each service is a process, and so is each server; people buy in a closed loop, as in
`benchmarks.purchases`.  Times of a processor are what Linux says of each process, without what
starting has cost.  `--against` takes turns with another checkout, whose services are run by its own
`.venv` over the same kind of servers.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Final
from unittest.mock import patch

import nats
from nats.errors import Error as NatsError

from benchmarks.far_stores import far_mongo
from benchmarks.purchases import Sale, sale
from boxoffice.real.errors import CannotOpen
from scenarios import actors
from scenarios.shop.local import named_servers
from scenarios.shop.targets.local import Machine, opened
from scenarios.shop.targets.shop_stage import ShopStage
from services.common.messaging import STREAM

ROOT: Final = Path(__file__).resolve().parents[1]
WARM: Final = 20  # purchases that are not counted: connections are made, caches filled
LOOK_S: Final = 0.05  # between two looks at how far the consumers are behind
TICKS: Final = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Round:
    """What one sale has cost: milliseconds of a processor for a purchase, by process.

    `lag` is the most messages that any one consumer has had before it or in its hands.
    """

    sale: Sale
    cost_ms: Mapping[str, float]
    lag: int


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    asked = _parser().parse_args(arguments)
    checkouts = [ROOT, *([asked.against.resolve()] if asked.against else [])]
    rounds: dict[Path, list[Round]] = {checkout: [] for checkout in checkouts}
    try:
        with patch.object(actors, "PAUSE_S", asked.look_ms / 1_000):
            for _ in range(asked.rounds):
                for checkout in checkouts:
                    command = (str(checkout / ".venv" / "bin" / "python"), "-m", "services")
                    one = measured(command, 1, asked.buyers, asked.purchases, asked.store_ms)
                    rounds[checkout].append(asyncio.run(one))
                    print(".", end="", file=sys.stderr, flush=True)
    except CannotOpen as reason:
        print(reason, file=sys.stderr)
        return 2
    print("\n".join(_table(list(rounds.values()))))
    return 0


async def measured(
    command: Sequence[str], replicas: int, buyers: int, purchases: int, store_ms: int
) -> Round:
    """Sell once, in a shop of so many processes of each service.  Raises: CannotOpen."""
    given = named_servers()
    if not store_ms:
        return await _sold(Machine(given, command, replicas, linked=False), buyers, purchases)
    async with far_mongo(store_ms / 1_000) as url:
        far = Machine({**given, "MONGO_URL": url}, command, replicas, linked=False)
        return await _sold(far, buyers, purchases)


async def _sold(machine: Machine, buyers: int, purchases: int) -> Round:
    async with opened(machine, seed=0, faults=()) as stage:
        await sale(lambda name: stage.client(f"{name} early"), buyers, WARM)
        before = _spent_s(stage)
        watching = asyncio.create_task(_longest_lag(stage.shop.nats_url))
        sold = await sale(stage.client, buyers, purchases)
        watching.cancel()
        spent = {name: s - before[name] for name, s in _spent_s(stage).items()}
        lag = await watching
    return Round(sold, {name: 1_000 * s / purchases for name, s in spent.items()}, lag)


def _spent_s(stage: ShopStage) -> dict[str, float]:
    return {name: _of_processor_s(it.pid) for name, it in stage.shop.processes.items() if it.pid}


def _of_processor_s(pid: int) -> float:
    # proc(5): behind the name, which may have spaces, utime and stime are the 12th and 13th.
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


async def _longest_lag(url: str) -> int:
    longest = 0
    client = await nats.connect(url)
    with suppress(asyncio.CancelledError, NatsError):
        while True:
            infos = await client.jetstream().consumers_info(STREAM)
            behind = [(it.num_pending or 0) + (it.num_ack_pending or 0) for it in infos]
            longest = max([longest, *behind])
            await asyncio.sleep(LOOK_S)
    await client.close()
    return longest


def _table(columns: Sequence[Sequence[Round]]) -> list[str]:
    """Return the medians, a column for each checkout; what is another's is at the right."""
    names = columns[0][0].cost_ms
    rows = [
        (f"{name}, ms", [[it.cost_ms[name] for it in each] for each in columns]) for name in names
    ]
    services = [name for name in names if name not in ("nats", "redis", "stores")]
    rows += [
        (
            "services, ms",
            [[sum(it.cost_ms[n] for n in services) for it in each] for each in columns],
        ),
        ("purchases/s", [[it.sale.rate for it in each] for each in columns]),
        ("p50, ms", [[1_000 * median(it.sale.latencies_s) for it in each] for each in columns]),
        ("p99, ms", [[1_000 * p99_s(it.sale) for it in each] for each in columns]),
        ("longest lag", [[it.lag for it in each] for each in columns]),
    ]
    return [
        f"{what:<16}" + "".join(f"{median(values):>12.1f}" for values in found)
        for what, found in rows
    ]


def p99_s(sold: Sale) -> float:
    """Return how long the slowest hundredth has taken at least, in seconds."""
    return quantiles(sold.latencies_s, n=100, method="inclusive")[98]


def parser(name: str, doc: str | None, purchases: int) -> argparse.ArgumentParser:
    """Return what reads how much is to be sold in each round, and how far the store is."""
    said = argparse.ArgumentParser(
        prog=f"python -m benchmarks.{name}", description=(doc or "").partition("\n")[0]
    )
    said.add_argument("--buyers", type=int, default=10, metavar="N")
    said.add_argument("--purchases", type=int, default=purchases, metavar="N", help="in each round")
    said.add_argument("--rounds", type=int, default=3, metavar="N")
    said.add_argument("--look-ms", type=int, default=20, metavar="MS", help="between two looks")
    said.add_argument(
        "--store-ms", type=int, default=0, metavar="MS", help="that MongoDB's answers take longer"
    )
    return said


def _parser() -> argparse.ArgumentParser:
    said = parser("processes", __doc__, purchases=200)
    said.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout, in turn")
    return said


if __name__ == "__main__":
    sys.exit(main())
