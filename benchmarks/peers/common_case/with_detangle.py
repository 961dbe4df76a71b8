"""The common case in detangle, with hosts and a network as in its README."""

import asyncio
from functools import partial

import detangle
from streams import HOST, LATENCY_S, WRITERS, Store, count_once

NET = {"latency": LATENCY_S}


async def everyone_counts(blind):
    store = Store()
    server = detangle.spawn(store.serve(), host=HOST)
    await asyncio.sleep(1)
    writers = [detangle.spawn(count_once(at, blind), host=f"w{at}") for at in range(WRITERS)]
    await asyncio.gather(*writers)
    await asyncio.sleep(1)  # or cutting their connections off would be the first thing found
    server.cancel()
    assert store.count == WRITERS, f"{store.count} of {WRITERS} counted"


def play(runs):
    return detangle.explore(
        partial(everyone_counts, False), name="counts", runs=runs, seed=0, net=NET, database=False
    ).runs


def find(first):
    try:
        detangle.explore(
            partial(everyone_counts, True),
            name="counts",
            runs=10_000,
            seed=first,
            net=NET,
            database=False,
        )
    except detangle.BugFound as found:
        return found.report.runs, str(found)
