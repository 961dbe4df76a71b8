"""What the pytest plugin costs those who have no story: an empty test with it and without.

python -m benchmarks.guest [--rounds 21]

Two environments of pytest alone, one with the wheel `boxoffice` beside it, take turns.
"""

import argparse
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import Final, NamedTuple

from tests.packaging import environments
from tests.packaging.environments import Environment

EMPTY: Final = "def test_empty():\n    pass\n"
ALLOWED: Final = 1.1


class Cost(NamedTuple):
    """Of one run of pytest: seconds on the wall, seconds of a processor, and the most memory."""

    wall_s: float
    cpu_s: float
    memory_mb: float


def main() -> None:
    parser = argparse.ArgumentParser(description="What the pytest plugin costs.")
    parser.add_argument("--rounds", type=int, default=21, metavar="N")
    rounds = parser.parse_args().rounds
    with TemporaryDirectory() as folder:
        hosts = made(Path(folder))
        for host in hosts:
            cost(host)  # which writes what is compiled
        costs = [turn(hosts, number) for number in range(rounds)]
    sys.exit(shown(costs))


def made(folder: Path) -> list[Environment]:
    """Return an environment without the plugin, and one with it."""
    environments.build(folder / "dist")
    others = environments.needed_by("pytest")
    wheels: list[Sequence[Path]] = [[], list((folder / "dist").glob("boxoffice-*.whl"))]
    hosts = []
    for number, each in enumerate(wheels):
        (root := folder / str(number)).mkdir()
        hosts.append(environments.environment(root, each, others))
        (hosts[-1].folder / "test_empty.py").write_text(EMPTY, encoding="utf-8")
    return hosts


def turn(hosts: Sequence[Environment], number: int) -> list[Cost]:
    """Return what both cost; each is the first in every second turn."""
    order = (0, 1) if number % 2 else (1, 0)
    costs = {each: cost(hosts[each]) for each in order}
    return [costs[0], costs[1]]


def cost(host: Environment) -> Cost:
    """Return what it takes to run the empty test."""
    words = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "test_empty.py"]
    began = perf_counter()
    process = subprocess.Popen(
        host.line("python", *words), cwd=host.folder, stdout=subprocess.DEVNULL
    )
    _, status, used = os.wait4(process.pid, 0)
    wall_s = perf_counter() - began
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, "the empty test did not pass"
    return Cost(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


def shown(costs: Sequence[Sequence[Cost]]) -> int:
    """Print the medians and their ratios; return 1 if one is more than is allowed."""
    print("             without    with  ratio")
    worst = 0.0
    for number, name in enumerate(Cost._fields):
        without, with_it = (median(pair[side][number] for pair in costs) for side in (0, 1))
        worst = max(worst, with_it / without)
        print(f"{name:<11} {without:>8.3f} {with_it:>7.3f} {with_it / without:>6.3f}")
    return int(worst > ALLOWED)


if __name__ == "__main__":
    main()
