"""Drivers' names that a module took before any world began reach a world's servers as well."""

from nats import connect
from nats.aio.client import Client as Nats
from pymongo import AsyncMongoClient
from pytest import mark

from boxoffice import System


async def writes():
    client: AsyncMongoClient[dict] = AsyncMongoClient("mongodb://mongo")
    await client.yard.parcels.insert_one({"_id": "a"})


async def connects():
    await tells(await connect("nats://nats:4222"))


async def makes_a_client():
    client = Nats()
    await client.connect(servers=["nats://nats:4222"], name="worker")
    await tells(client)


async def tells(client):
    assert client.is_connected
    await client.jetstream().add_stream(name="YARD", subjects=["yard.*"])
    await client.jetstream().publish("yard.put", b"a")
    await client.drain()


@mark.parametrize("work", [writes, connects, makes_a_client])
def test_a_worker_makes_its_drivers_itself(work):
    system = System("yard")
    system.service("worker", work, mongo="mongo", nats="nats")

    @system.story()
    async def a_day(world):
        await world.passes(1)
        stream = world.backends.nats.streams.get("YARD")
        assert stream or world.backends.mongo["mongo"].find_by_id("yard", "parcels", "a")

    assert [it.message for it in system.run(a_day).violations] == []

    assert isinstance(AsyncMongoClient, type)
