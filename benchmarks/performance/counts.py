"""What a lifecycle costs in counts, which are the same on every machine.

python -m benchmarks.performance.counts [--write] [--json]

Ten orders are listed, placed, held and expire.  Counted are calls of Python functions, and among
them those that matter; `--write` records them for the test that holds them.
"""

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, Final

from benchmarks.performance.orders import sold
from boxoffice.clock.loop import SimLoop
from boxoffice.net.network import Link
from boxoffice.servers.mongo import copies
from boxoffice.trace.trace import Trace

ORDERS: Final = 10
RECORDED: Final = Path(__file__).with_name("counts.json")
COUNTED: Final[dict[str, tuple[Callable[..., Any], ...]]] = {
    "calls at once": (SimLoop.call_soon,),
    "timers": (SimLoop.call_later,),
    "calls over the network": (Link._fault,),
    "copies of documents": (copies.deepcopy,),
    "events in the trace": (Trace.record,),
}


def counted() -> dict[str, int]:
    """Play the orders, once to warm up, and return what was counted the second time."""
    sold(ORDERS, 1)
    calls: Counter[CodeType] = Counter()

    def count(frame: FrameType, event: str, _: object) -> None:
        if event == "call":
            calls[frame.f_code] += 1

    sys.setprofile(count)
    try:
        world = sold(ORDERS, 1)
    finally:
        sys.setprofile(None)
    special = {
        name: sum(calls[each.__code__] for each in each_of) for name, each_of in COUNTED.items()
    }
    size = sum(len(it.as_json()) for it in world.trace.events)
    return {"calls of functions": calls.total(), **special, "bytes of the trace": size}


def main() -> None:
    """Print the counts beside what is recorded."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="record them")
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    now, before = counted(), recorded()
    if asked.json:
        print(json.dumps(now))
    else:
        for name, count in now.items():
            print(f"{name:<24} {count:>10,} {before.get(name, 0):>10,}")
    if asked.write:
        RECORDED.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")


def recorded() -> dict[str, int]:
    """Return the counts that the tests hold it to."""
    known: dict[str, int] = {}
    if RECORDED.exists():
        known = json.loads(RECORDED.read_text(encoding="utf-8"))
    return known


if __name__ == "__main__":
    main()
