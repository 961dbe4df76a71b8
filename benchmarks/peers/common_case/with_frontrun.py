"""The common case in frontrun, which has no network: coroutines and what they share, by DPOR."""

import asyncio

import frontrun

WRITERS = 3


class Store:
    """One document; who reads or writes it lets others go first."""

    def __init__(self):
        self.version = self.count = 0

    async def read(self):
        await asyncio.sleep(0)
        return self.count, self.version

    async def write(self, count, expected=None):
        await asyncio.sleep(0)
        if expected is not None and expected != self.version:
            return False
        self.count, self.version = count, self.version + 1
        return True


async def count_once(store):
    written = False
    while not written:
        count, version = await store.read()
        written = await store.write(count + 1, version)


async def count_blindly(store):
    count, _ = await store.read()
    await store.write(count + 1)


def explored(worker, **options):
    return asyncio.run(
        frontrun.explore(
            setup=Store,
            workers=worker,
            count=WRITERS,
            invariant=lambda store: store.count == WRITERS,
            **options,
        )
    )


def play(runs):
    found = explored(count_once, max_executions=runs)
    found.assert_holds()
    return found.num_explored


def find(first):
    found = explored(count_blindly)
    return found.num_explored, found.explanation
