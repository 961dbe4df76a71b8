"""What a lifecycle costs, in counts that are the same on every machine."""

import json
import subprocess
import sys

from pytest import mark

from benchmarks.performance.counts import recorded

ALL = "calls of functions"
SLACK = 0.01  # of all calls: a cache that is full, a collection that comes elsewhere


@mark.skipif(sys.version_info[:2] != (3, 11), reason="counts are recorded on Python 3.11")
def test_a_lifecycle_costs_what_is_recorded():
    # In a process of its own: a world looks through all modules that are nobody's library.
    command = [sys.executable, "-m", "benchmarks.performance.counts", "--json"]
    now = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    before = recorded()
    all_before, all_now = before.pop(ALL), now.pop(ALL)
    assert now == before, "python -m benchmarks.performance.counts --write, and say why"
    assert abs(all_now / all_before - 1) < SLACK, f"{all_before:,} calls have become {all_now:,}"
