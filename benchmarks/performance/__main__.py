"""What a world costs, as ratios: python -m benchmarks.performance [--quick] [--against FOLDER] …

Each figure is measured in a process of its own, beside what it is held against; the median counts.
Without `--only` or `--quick` the table of docs/performance.md is written anew.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from benchmarks.performance.figures import FIGURES, Figure
from benchmarks.performance.others import beside_others
from benchmarks.performance.rounds import ROOT, Failed, measured
from benchmarks.performance.sample import Sample, middle
from benchmarks.performance.table import table, write

PAGE: Final = ROOT / "docs" / "performance.md"
RECORDED: Final = Path(__file__).with_name("recorded.json")
SLOWER: Final = 10 / 9  # a ratio that has grown by more has fallen below nine tenths

Middles = dict[Path, dict[str, Sample]]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if something has become slower than what is recorded."""
    asked = _parser().parse_args(arguments)
    figures = [it for it in FIGURES if not asked.only or it.name in asked.only]
    checkouts = [ROOT, *([asked.against.resolve()] if asked.against else [])]
    rounds = 1 if asked.quick else asked.rounds
    try:
        found = _middles(figures, checkouts, rounds, asked.quick)
    except Failed as error:
        print(error, file=sys.stderr)
        return 2
    ours = found[ROOT]
    others = found[checkouts[1]] if asked.against else _recorded()
    print(table(figures, ours, others))
    whole = not (asked.only or asked.quick or asked.against)
    if whole:
        loops = beside_others()
        write(PAGE, table(figures, ours, {}), loops)
        RECORDED.write_text(json.dumps(_as_json(ours), indent=1) + "\n", encoding="utf-8")
    if asked.json:
        asked.json.write_text(json.dumps(_as_json(ours), indent=1), encoding="utf-8")
    return _told_of_slower(figures, ours, others) if not asked.quick else 0


def _middles(
    figures: Sequence[Figure], checkouts: Sequence[Path], rounds: int, quick: bool
) -> Middles:
    samples: dict[tuple[Path, str], list[Sample]] = {}
    for checkout, figure, sample in measured(figures, checkouts, rounds, quick):
        samples.setdefault((checkout, figure.name), []).append(sample)
        print(f"{figure.name:<12} {sample.ratio:>12,.2f}", file=sys.stderr)
    return {
        checkout: {it.name: middle(samples[checkout, it.name]) for it in figures}
        for checkout in checkouts
    }


def _told_of_slower(
    figures: Sequence[Figure], ours: dict[str, Sample], others: dict[str, Sample]
) -> int:
    slower = [
        it.name
        for it in figures
        if it.name in others and ours[it.name].ratio > others[it.name].ratio * SLOWER
    ]
    for name in slower:
        print(f"slower: {name}, {ours[name].ratio:,.2f} after {others[name].ratio:,.2f}")
    return int(bool(slower))


def _recorded() -> dict[str, Sample]:
    if not RECORDED.exists():
        return {}
    known = json.loads(RECORDED.read_text(encoding="utf-8"))
    return {name: Sample(**sample) for name, sample in known.items()}


def _as_json(samples: dict[str, Sample]) -> dict[str, dict[str, float]]:
    return {name: asdict(sample) for name, sample in samples.items()}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="smaller, once each: a minute")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--only", nargs="+", choices=[it.name for it in FIGURES], metavar="NAME")
    parser.add_argument("--against", type=Path, metavar="FOLDER", help="another checkout, in turn")
    parser.add_argument("--json", type=Path, metavar="FILE")
    return parser


if __name__ == "__main__":
    sys.exit(main())
