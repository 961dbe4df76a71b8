"""Measuring in turn: each figure in a process of its own, one checkout after the other."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from benchmarks.performance.figures import Figure
from benchmarks.performance.sample import Sample

ROOT: Final = Path(__file__).resolve().parents[2]
PATIENCE_S: Final = 600

Samples = Mapping[tuple[Path, str], list[Sample]]


class Failed(Exception):
    """A measurement has ended in an error; the message is what it said."""


def measured(
    figures: Sequence[Figure], checkouts: Sequence[Path], rounds: int, quick: bool
) -> Iterator[tuple[Path, Figure, Sample]]:
    """Yield samples, so many of each figure of each checkout.  Raises: Failed."""
    with TemporaryDirectory() as folder:
        places = {it: _place(it, Path(folder, str(at))) for at, it in enumerate(checkouts)}
        for figure in figures:
            for number in range(rounds):
                for checkout in _in_turn(checkouts, number):
                    yield checkout, figure, _sample(places[checkout], checkout, figure, quick)


def _place(checkout: Path, folder: Path) -> Path:
    """Make a folder in which these measurements find the engine and the shop of a checkout."""
    shutil.copytree(ROOT / "benchmarks", folder / "benchmarks")
    return folder


def _in_turn(checkouts: Sequence[Path], number: int) -> Sequence[Path]:
    return checkouts if number % 2 == 0 else checkouts[::-1]


def _sample(place: Path, checkout: Path, figure: Figure, quick: bool) -> Sample:
    words = [sys.executable, "-m", "benchmarks.performance.sample", figure.name]
    paths = os.pathsep.join(map(str, (place, checkout / "sim", checkout)))
    ended = subprocess.run(
        [*words, *(["--quick"] if quick else [])],
        cwd=place,
        env=os.environ | {"PYTHONPATH": paths, "PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
    )
    if ended.returncode:
        raise Failed(f"{figure.name}: {ended.stderr.strip().splitlines()[-1:]}")
    return Sample(**json.loads(ended.stdout))
