"""One seed, one run: in other processes, under other hash seeds, after unrelated work."""

import gc
import json
import os
import random
import subprocess
import sys
import uuid
from pathlib import Path

import httpx
from bson import ObjectId
from pytest import fixture, mark

from boxoffice import faults
from tests.engine.toys import warehouse

ROOT = Path(__file__).parents[2]
SEEDS = range(5)


def hashes(seeds=SEEDS):
    """Return the hash of the trace of a bad day, by seed."""
    system = warehouse()

    @system.story(
        faults=[
            faults.duplicates(share=0.3),
            faults.delays(share=0.2),
            faults.lost_responses(share=0.05),
            faults.crashes("inventory", at="mongo", share=0.1),
            faults.partitions("inventory", "courier", any_one=True, on="write", share=0.1),
            faults.poison(share=0.1),
        ],
    )
    async def a_day(world):
        await asked(world, "Ann", "/stock", {"sku": "book", "count": 5})
        await world.together(
            *(asked(world, f"P{n}", "/reservations", {"id": f"r{n}"}) for n in range(8))
        )

    return {str(seed): system.run(a_day, seed).trace.sha256() for seed in seeds}


async def asked(world, person, path, body):
    """Ask once; return whether there was an answer."""
    try:
        await world.client(person).post(path, json=body)
    except httpx.TransportError:
        return False
    return True


@fixture(scope="module")
def first():
    """The hashes of a first run in this process."""
    found = hashes()
    assert len(set(found.values())) == len(SEEDS), "another seed is another run"
    return found


@mark.parametrize("hash_seed", ["0", "1", "random"])
def test_another_process_sees_the_same_runs(first, hash_seed):
    there = subprocess.run(
        [sys.executable, "-m", "tests.engine.test_determinism"],
        cwd=ROOT,
        env=os.environ | {"PYTHONHASHSEED": hash_seed},
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(there.stdout) == first


def test_unrelated_work_in_between_changes_nothing(first):
    litter = [object() for _ in range(10_000)]
    random.seed(1)
    for _ in range(100):
        uuid.uuid4(), ObjectId(), random.random(), os.urandom(8)
    del litter[::2]
    gc.collect()
    assert hashes(reversed(SEEDS)) == first


if __name__ == "__main__":
    print(json.dumps(hashes()))
