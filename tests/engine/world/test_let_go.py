"""What a world, a life or a generator held is let go with it, and not before its `finally`."""

import asyncio
import gc
import weakref

from fastapi import FastAPI

from boxoffice import System, Verdict


async def a_while(world):
    await world.passes(5)


def test_a_world_that_is_over_is_not_kept_by_the_app_that_it_had():
    def porter(drivers):
        app, parcels = FastAPI(), drivers.mongo["porter"]["parcels"]

        @app.get("/parcels")
        async def count():
            return await parcels.count_documents({})

        return app

    system = System("porters")
    system.service("porter", porter, route="/", mongo="mongo")

    @system.story()
    async def asks(world):
        worlds.append(weakref.ref(world))
        assert (await world.client("Ann").get("/parcels")).json() == 0

    worlds = []
    for seed in range(3):
        assert system.run(asks, seed=seed).verdict is Verdict.HOLDS
    gc.collect()
    assert [it() for it in worlds] == [None] * 3


def test_an_async_generator_that_is_left_is_closed_and_may_await():
    told = []

    async def leases():
        told.append("taken")
        try:
            while True:
                yield "a lease"
        finally:
            await asyncio.sleep(0.01)
            told.append("released")

    async def worker():
        async for _ in leases():
            break
        await asyncio.Event().wait()

    system = System("leases")
    system.service("worker", worker)
    assert not system.run(system.story()(a_while)).violations
    assert told == ["taken", "released"]
