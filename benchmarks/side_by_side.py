"""Two processes of each service against one, and side by side against one after another.

python -m benchmarks.side_by_side [--rounds 3] [--store-ms 10] [--json FILE]

People buy in a closed loop, as in `benchmarks.processes`, in a shop of processes on a real NATS
server.  The four ways take turns, so that whatever else the machine does falls on all of them.
"""

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from unittest.mock import patch

from benchmarks.processes import Round, measured, p99_s, parser
from benchmarks.ways import WAYS
from boxoffice.real.errors import CannotOpen
from scenarios import actors

HEAD = f"{'':<32}{'purchases/s':>12}{'p50 ms':>9}{'p99 ms':>9}{'longest lag':>12}  of each round"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return the exit status."""
    asked = _parser().parse_args(arguments)
    found: dict[str, list[Round]] = {name: [] for name in WAYS}
    try:
        with patch.object(actors, "PAUSE_S", asked.look_ms / 1_000):
            for _ in range(asked.rounds):
                for name, way in WAYS.items():
                    one = measured(*way, asked.buyers, asked.purchases, asked.store_ms)
                    found[name].append(asyncio.run(one))
                    print(".", end="", file=sys.stderr, flush=True)
    except CannotOpen as reason:
        print(reason, file=sys.stderr)
        return 2
    print(HEAD)
    for name, rounds in found.items():
        print(_line(name, rounds))
    if asked.json is not None:
        written = {name: list(map(_figures, rounds)) for name, rounds in found.items()}
        asked.json.write_text(json.dumps(written, indent=2) + "\n", encoding="utf-8")
    return 0


def _figures(it: Round) -> dict[str, float]:
    return {
        "purchases_per_s": it.sale.rate,
        "p50_ms": 1_000 * median(it.sale.latencies_s),
        "p99_ms": 1_000 * p99_s(it.sale),
        "longest_lag": it.lag,
    }


def _line(name: str, rounds: Sequence[Round]) -> str:
    each = list(map(_figures, rounds))
    rate, p50, p99, lag = (median(it[what] for it in each) for what in each[0])
    rates = ", ".join(f"{it['purchases_per_s']:.1f}" for it in each)
    return f"{name:<32}{rate:>12.1f}{p50:>9.0f}{p99:>9.0f}{lag:>12.0f}  {rates}"


def _parser() -> argparse.ArgumentParser:
    said = parser("side_by_side", __doc__, purchases=100)
    said.add_argument("--json", type=Path, metavar="FILE", help="write all figures there")
    return said


if __name__ == "__main__":
    sys.exit(main())
