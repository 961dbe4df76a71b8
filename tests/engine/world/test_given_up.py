"""A fetch that its service gives up: the world shows to whom a message went."""

import asyncio
from types import SimpleNamespace

import simpy
from fastapi import FastAPI

from boxoffice import System, faults
from boxoffice.clock.loop import SimLoop
from boxoffice.servers.jetstream.given_up import GivenUp
from boxoffice.views.failure import failure


def lot(tidy: bool) -> System:
    """Return a gate that tells of cars, and a display that looks for them two seconds at a time."""
    system = System("lot")

    def gate(drivers):
        app = FastAPI()

        @app.post("/cars/{car}")
        async def enters(car: str):
            await drivers.nats.jetstream().publish("lot.entered", car.encode())

        return app

    async def listens(drivers):
        jetstream, shown = drivers.nats.jetstream(), drivers.mongo["lot"]["shown"]
        await jetstream.add_stream(name="LOT", subjects=["lot.*"])
        await jetstream.add_consumer("LOT", name="d", durable_name="d", ack_policy="explicit")
        while True:
            sub = await jetstream.pull_subscribe_bind(durable="d", stream="LOT")
            try:
                got = await asyncio.wait_for(sub.fetch(1, timeout=30), 2)
            except TimeoutError:
                if tidy:
                    await sub.unsubscribe()
                continue
            for it in got:
                await shown.update_one({"_id": it.data.decode()}, {"$set": {"in": 1}}, upsert=True)
                await it.ack()

    def display(drivers):
        app = FastAPI()
        app.state.listens = asyncio.create_task(listens(drivers))
        return app

    system.service("gate", gate, nats="nats", route="/cars")
    system.service("display", display, nats="nats", mongo="mongo")
    return system


def played(tidy: bool, *strikes):
    system = lot(tidy)

    @system.story(faults=strikes)
    async def a_car(world):
        await world.passes(20)
        await world.client("Ann").post("/cars/a")
        await world.passes(5)
        assert world.documents("lot.shown"), "the display does not show it"

    return a_car.system.run(a_car)


def test_a_message_that_is_handed_to_a_fetch_that_was_given_up_is_told():
    outcome = played(tidy=False)
    assert str(outcome.verdict) == "violated"
    first = next(outcome.trace.of_kind("given-up"))
    assert (first["consumer"], first["subject"]) == ("d", "lot.entered")
    assert "hands lot.entered to a fetch of d that was given up: nobody waits" in failure(outcome)


def test_who_unsubscribes_leaves_no_fetch_behind():
    outcome = played(tidy=True)
    assert str(outcome.verdict) == "holds"
    assert not list(outcome.trace.of_kind("given-up"))


def test_nor_does_who_dies_and_comes_back_before_there_is_a_message():
    outcome = played(False, faults.crashes("display", before="nats.fetch", nth=[10]))
    (died,) = outcome.trace.of_kind("crash")
    assert 17.0 < died.at_us / 1e6 < 18.5
    assert str(outcome.verdict) == "holds"
    assert not list(outcome.trace.of_kind("given-up"))


def test_who_fetches_again_in_the_same_moment_hears_what_comes_for_the_fetch_before():
    system, came = System("lot"), []

    async def listens(drivers):
        jetstream = drivers.nats.jetstream()
        await jetstream.add_stream(name="LOT", subjects=["lot.*"])
        await jetstream.add_consumer("LOT", name="d", durable_name="d", ack_policy="explicit")
        sub = await jetstream.pull_subscribe_bind(durable="d", stream="LOT")
        while True:
            # One is given up, and the next one is there before anybody has heard of that.
            given_up = asyncio.ensure_future(sub.fetch(1, timeout=600))
            await asyncio.wait([given_up], timeout=2)
            got = given_up.result() if given_up.done() else []
            given_up.cancel()
            for it in got or await sub.fetch(1, timeout=600):
                came.append(it.data)
                await it.ack()

    async def gate(drivers):
        for car in range(6):
            await asyncio.sleep(5)
            await drivers.nats.jetstream().publish("lot.entered", b"%d" % car)

    system.service("display", listens, nats="nats")
    system.service("gate", gate, nats="nats")

    @system.story
    async def cars(world):
        await world.passes(40)

    assert not [it for it in system.run(cars).violations if it.invariant == "story"]
    assert came == [b"0", b"1", b"2", b"3", b"4", b"5"]


def test_an_error_of_what_is_given_up_is_nobodys_concern():
    loop = SimLoop(simpy.Environment())
    link = SimpleNamespace(pushes=lambda: SimpleNamespace(gone=False))
    late = GivenUp(SimpleNamespace(link=link, is_closed=False), "d")

    async def stubborn():
        try:
            await asyncio.sleep(10)
        except asyncio.CancelledError:
            raise TimeoutError from None

    async def story():
        asking = asyncio.ensure_future(stubborn())
        asyncio.get_running_loop().call_later(1, late._arrive, [object()])
        assert await late.beside(asking)
        await asyncio.wait([asking])
        await asyncio.sleep(0)
        return getattr(asking, "_log_traceback", False)

    assert loop.run_until_complete(story()) is False
