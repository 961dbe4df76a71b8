"""A lost update over a network, found by Boxoffice, detangle, simloom, simloop and turmoil.

python -m benchmarks.peers [--rounds 3] [--json FILE]

Installs the others, each in the version that is named, into a temporary folder.
"""

import argparse
import json
import os
import re
import subprocess
from dataclasses import asdict, dataclass
from itertools import chain
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.peers.tools import ALONE, TOOLS, Lacking, Tool

MARK = "--- the test ---"
TOLD = 12  # lines of what a failure says that are shown
PATIENCE_S = 600


@dataclass(frozen=True)
class Finding:
    """What it took one simulator to find the mistake; `seconds` is the whole command's."""

    tool: str
    version: str
    service_lines: int
    test_lines: int
    runs: int
    seconds: float
    says: list[str]


def lines_of(source: Path) -> tuple[int, int]:
    """Count the lines of code of the service and of the test, without comments and docstrings."""
    text = re.sub(r'^"""[^"]*"""', "", source.read_text(encoding="utf-8"), flags=re.MULTILINE)
    service, _, test = text.partition(MARK)
    counted = [
        sum(bool(line.strip()) and not line.lstrip().startswith(("#", "//")) for line in lines)
        for lines in (service.splitlines(), test.splitlines()[1:])
    ]
    return counted[0], counted[1]


def found(tool: Tool, folder: Path, rounds: int) -> Finding:
    """Have a simulator look for the mistake.  Raises: Lacking."""
    taken, said = [], ""
    for number in range(rounds):
        (there := folder / f"{tool.name}-{number}").mkdir()
        command = tool.prepare(there)
        began = perf_counter()
        ended = subprocess.run(
            command,
            cwd=there,
            env={**os.environ, **ALONE},
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )
        taken.append(perf_counter() - began)
        said = ended.stdout + ended.stderr
    run = re.search(tool.found, said)
    assert run, f"{tool.name} has not found it: {said[-2000:]}"
    runs = int(run[1]) - tool.first + 1
    service, test = lines_of(tool.source)
    return Finding(tool.name, tool.version, service, test, runs, median(taken), told(tool, said))


def told(tool: Tool, said: str) -> list[str]:
    """Return what a failure says, from where it begins to speak of it."""
    lines = [line.removeprefix("E ").strip() for line in said.splitlines()]
    first = next(at for at, line in enumerate(lines) if tool.says in line)
    return [line for line in lines[first:] if line]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    asked = parser.parse_args()
    findings = []
    with TemporaryDirectory() as folder:
        for tool in TOOLS:
            try:
                findings.append(found(tool, Path(folder), asked.rounds))
            except Lacking as what:
                print(f"{tool.name}: left out, since there is no {what}")
    quickest = min(it.seconds for it in findings)
    print("tool             service lines  test lines  runs until found  seconds  × the quickest")
    for it in findings:
        named = f"{it.tool} {it.version}"
        print(
            f"{named:<16} {it.service_lines:>13} {it.test_lines:>11} {it.runs:>17}"
            f" {it.seconds:>8.1f} {it.seconds / quickest:>15.1f}"
        )
    for it in findings:
        print("\n".join(chain([f"\n{it.tool} says:"], it.says[:TOLD])))
    if asked.json:
        asked.json.write_text(json.dumps([asdict(it) for it in findings], indent=1))


if __name__ == "__main__":
    main()
