"""The rate of each simulator, measured in turn in processes of their own."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, median
from typing import Final

OTHERS: Final = ("detangle", "simloom", "simloop", "frontrun")
ROUNDS: Final = 3
HEAD: Final = (
    "| simulator | runs a second | SimPy timeouts a run | × detangle's rate"
    " | runs until found | ms until found, and told | lines told |\n|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Rate:
    """Seconds of a processor: of a run, of finding the mistake, of a SimPy timeout beside it.

    `runs` is in which run the mistake was found, in each of several searches.
    """

    tool: str
    run_s: float
    found_s: float
    runs: Sequence[int]
    timeout_s: float
    says: str

    @property
    def lines(self) -> int:
        """How many lines of text it takes to say what led to the mistake."""
        return sum(bool(line.strip()) for line in self.says.splitlines())


def rates(python: str, runs: int) -> list[Rate]:
    """Measure all of them, `python` being that of the others; the median of three counts."""
    tools = {"boxoffice": sys.executable} | dict.fromkeys(OTHERS, python)
    taken: dict[str, list[Rate]] = {}
    for _ in range(ROUNDS):
        for tool, its_python in tools.items():
            taken.setdefault(tool, []).append(_rate(its_python, tool, runs))
    return [_middle(each) for each in taken.values()]


def _rate(python: str, tool: str, runs: int) -> Rate:
    ended = subprocess.run(
        [python, str(Path(__file__).with_name("rate.py")), tool, "--runs", str(runs)],
        env=os.environ | {"PYTHONHASHSEED": "0"},
        check=True,
        stdout=subprocess.PIPE,
    )
    return Rate(tool, **json.loads(ended.stdout))


def _middle(each: Sequence[Rate]) -> Rate:
    middle = median(it.run_s for it in each)
    return next(it for it in each if it.run_s == middle)


def beside_each_other(found: Sequence[Rate]) -> str:
    """Return a table in Markdown, the quickest first."""
    theirs_s = next(it.run_s for it in found if it.tool == OTHERS[0])
    rows = [
        f"| {it.tool} | {1 / it.run_s:,.0f} | {it.run_s / it.timeout_s:,.0f} |"
        f" {theirs_s / it.run_s:.2f} | {mean(it.runs):.1f} | {it.found_s * 1e3:,.0f} |"
        f" {it.lines} |"
        for it in sorted(found, key=lambda it: it.run_s)
    ]
    return "\n".join([HEAD, *rows])
