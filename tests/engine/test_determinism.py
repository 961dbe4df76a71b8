"""One seed, one run: in other processes, under other hash seeds, after unrelated work."""

import json

import httpx
from pytest import fixture, mark

from boxoffice import faults
from tests.engine.determinism import printed_by, work
from tests.engine.toys import warehouse
from tests.real.tiers import sampled

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


@mark.parametrize("hash_seed", sampled(["random", "0", "1"], every=3))
def test_another_process_sees_the_same_runs(first, hash_seed):
    assert printed_by("tests.engine.test_determinism", hash_seed) == first


def test_unrelated_work_in_between_changes_nothing(first):
    work()
    assert hashes(reversed(SEEDS)) == first


if __name__ == "__main__":
    print(json.dumps(hashes()))
