"""The common case in simloom, with a world of hosts as in its README."""

import asyncio
from functools import partial

import simloom
from streams import HOST, LATENCY_S, WRITERS, Store, count_once

# What @simloom.test takes unless it is told otherwise.
USUAL = {"world": True, "virtual_time": True, "seed_randomness": True}


async def everyone_counts(world, blind):
    world.net.set_latency(*LATENCY_S)
    store = Store()
    world.host(HOST).spawn(store.serve)
    await world.sleep(1)
    count = partial(count_once, blind=blind)
    writers = [world.host(f"w{at}").spawn(partial(count, at)) for at in range(WRITERS)]
    await asyncio.gather(*writers)
    await world.sleep(1)  # or cutting their connections off would be an error
    assert store.count == WRITERS, f"{store.count} of {WRITERS} counted"


def play(runs):
    played = simloom.explore(partial(everyone_counts, blind=False), runs=runs, **USUAL)
    assert not played.failed
    return runs


def find(first):
    lossy = partial(everyone_counts, blind=True)
    found = simloom.explore(lossy, runs=10_000, start_seed=first, **USUAL)
    shrunk = simloom.shrink(lossy, found.first_failure, **USUAL)
    return found.runs, shrunk.describe()
