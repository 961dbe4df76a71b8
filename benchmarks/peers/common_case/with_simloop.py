"""The common case in simloop, with hosts and a network as in its README."""

import asyncio
from functools import partial

from simloop import explore
from streams import HOST, LATENCY_S, WRITERS, Store, count_once


async def everyone_counts(blind):
    net = asyncio.get_running_loop().net
    net.set_defaults(latency=LATENCY_S)
    store = Store()
    net.host(HOST).create_task(store.serve())
    await asyncio.sleep(1)
    writers = [net.host(f"w{at}").create_task(count_once(at, blind)) for at in range(WRITERS)]
    await asyncio.gather(*writers)
    assert store.count == WRITERS, f"{store.count} of {WRITERS} counted"


def play(runs):
    assert explore(partial(everyone_counts, False), range(runs)) is None
    return runs


def find(first):
    report = explore(partial(everyone_counts, True), range(first, first + 10_000), shrink=True)
    return report.seeds_passed + 1, report.render("test_counts")
