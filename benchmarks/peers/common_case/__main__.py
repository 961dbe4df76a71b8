"""How many runs of one small case a simulator plays in a second of a processor, and what it finds.

python -m benchmarks.peers.common_case [--runs 300] [--says]

Each is measured in a process of its own, the others in an environment of theirs; prints Markdown.
"""

import argparse
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.common_case.rates import beside_each_other, rates
from benchmarks.peers.tools import python_with_peers

TOLD = 25  # lines of what a failure says that are shown


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=300, metavar="N")
    parser.add_argument("--says", action="store_true", help="print what each says of the mistake")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        found = rates(python_with_peers(Path(folder, "environment")), asked.runs)
    print(beside_each_other(found))
    for it in found if asked.says else ():
        print("\n".join([f"\n{it.tool} says:", *it.says.splitlines()[:TOLD]]))


if __name__ == "__main__":
    main()
