"""One seed, one run: in other processes, under other hash seeds, after unrelated work."""

import json
import sys

from pytest import fixture, mark

from boxoffice import run
from scenarios.catalogue import scenarios_by_name
from services.common import tracing
from services.common.ids import SystemIds
from tests.engine.determinism import printed_by, work
from tests.real.tiers import unhurried

SEED = 5
NAMES = tuple(scenarios_by_name())
FEW = NAMES[::5]


def hashes(seed=SEED, names=NAMES):
    """Return the hash of the trace of each scenario, those with a crowd with a small one."""
    chosen = [scenarios_by_name()[name] for name in names]
    return {it.name: run(it, seed, size=4 if it.size else None).trace.sha256() for it in chosen}


@fixture(scope="module")
def first():
    """The hashes of a first run in this process."""
    return hashes()


def test_another_process_sees_the_same_runs(first):
    assert printed_by("tests.scenarios.test_determinism", "random", *FEW) == {
        name: first[name] for name in FEW
    }


@unhurried
@mark.parametrize("hash_seed", ["random", "0", "1"])
def test_another_process_sees_all_runs_the_same(first, hash_seed):
    assert printed_by("tests.scenarios.test_determinism", hash_seed) == first


@unhurried
def test_unrelated_work_in_between_changes_nothing(first):
    other = hashes(seed=SEED + 1)
    assert not set(other.values()) & set(first.values()), "another seed is another run"
    work()
    tracing.follow(None, SystemIds())  # what is bound outside a world stays outside
    assert hashes(names=reversed(NAMES)) == first


def test_the_hash_of_a_run_tells_its_bug_and_its_size(first):
    late_cancel = scenarios_by_name()["late-cancel"]
    (twin,) = late_cancel.twins
    assert run(late_cancel, SEED, bug=twin).trace.sha256() != first["late-cancel"]
    last_seat = scenarios_by_name()["last-seat"]
    assert run(last_seat, SEED, size=3).trace.sha256() != first["last-seat"]


if __name__ == "__main__":
    print(json.dumps(hashes(names=sys.argv[1:] or NAMES)))
