"""Runs per second of a processor of one simulator, and what it takes to find the mistake.

python rate.py TOOL [--runs N]; prints JSON.
"""

import argparse
import json
import sys
from importlib import import_module
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

sys.path.insert(0, str(Path(__file__).parents[2] / "performance"))

from loops import timeout_s

SEARCHES = 5


def processor_s():
    used = getrusage(RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("tool")
    parser.add_argument("--runs", type=int, default=300)
    asked = parser.parse_args()
    case = import_module(f"with_{asked.tool}")
    case.play(20)  # what is made once
    began = processor_s()
    runs = case.play(asked.runs)
    run_s = (processor_s() - began) / runs
    began = processor_s()
    found = [case.find(1_000 * at) for at in range(SEARCHES)]
    json.dump(
        {
            "run_s": run_s,
            "runs": [runs for runs, _ in found],
            "found_s": (processor_s() - began) / SEARCHES,
            "says": found[0][1],
            "timeout_s": min(timeout_s() for _ in range(3)),
        },
        sys.stdout,
    )


if __name__ == "__main__":
    main()
