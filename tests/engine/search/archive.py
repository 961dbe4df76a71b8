"""A toy for searches: an archive whose reader is as slow as its store, many times over."""

from fastapi import FastAPI

from boxoffice import Deed, Storm, System, faults

archive = System("archive")


def slow_reader(drivers):
    app, papers = FastAPI(), drivers.mongo["archive"]["papers"]

    @app.get("/")
    async def looks():
        for _ in range(6):
            await papers.find_one({})

    return app


archive.service("reader", slow_reader, mongo="mongo", route="/")


def one_visit(chance, size):
    slow = faults.slow_calls(by_s=0.5, of="find_one", share=0.8)
    return Storm([Deed("Ann", "looks")] * size, [slow])


@archive.story(draw=one_visit, size=3)
async def visit(world):
    """Whoever looks has an answer within a second."""
    for _ in world.deeds:
        begun_s = world.loop.time()
        await world.client("Ann").get("/")
        assert world.loop.time() - begun_s < 1.0, "Ann waits"
