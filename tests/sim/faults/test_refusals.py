"""Servers that are there and will not."""

import pymongo.errors
import pytest
import redis.exceptions

from services.common.drivers import Drivers
from sim.faults import refusals
from sim.faults.schedule import Fault
from sim.world import World


def met(*faults: Fault) -> World:
    return World(seed=0, faults=faults)


def test_redis_answers_with_its_own_error_and_does_nothing() -> None:
    world = met(refusals("READONLY You can't write against a read only replica.", of="incrby"))

    async def script(world: World) -> bytes | None:
        drivers: Drivers = world._drivers(world.hosts["expiration"])
        with pytest.raises(redis.exceptions.ReadOnlyError):
            await drivers.redis.incr("visits")
        found: bytes | None = await drivers.redis.get("visits")
        return found

    assert world.run(script) is None


def test_what_is_done_and_then_refused_is_there() -> None:
    world = met(refusals("10107", done=True, of="insert_one"))

    async def script(world: World) -> object:
        drivers: Drivers = world._drivers(world.hosts["orders"])
        with pytest.raises(pymongo.errors.NotPrimaryError):
            await drivers.database["notes"].insert_one({"_id": "1"})
        return await drivers.database["notes"].find_one({"_id": "1"})

    assert world.run(script) == {"_id": "1"}


def test_a_refusal_lasts_and_then_is_over() -> None:
    world = met(refusals("18", lasts_s=5.0, nth=[1], at="orders-db", of="insert_one"))

    async def script(world: World) -> list[str]:
        drivers: Drivers = world._drivers(world.hosts["orders"])
        heard = []
        for number, pause_s in enumerate((0.0, 4.0, 2.0)):
            await world.passes(pause_s)
            try:
                await drivers.database["notes"].insert_one({"_id": str(number)})
                heard.append("stored")
            except pymongo.errors.OperationFailure as error:
                heard.append(str(error.code))
        return heard

    assert world.run(script) == ["18", "18", "stored"]
