"""Servers that are there and will not."""

from collections.abc import Callable, Coroutine
from typing import Any

import nats.js.errors
import pymongo.errors
import pytest
import redis.exceptions
from fastapi import FastAPI

from boxoffice import System, World
from boxoffice.faults import no_leader, no_memory, read_only, refusals, unconfirmed
from boxoffice.faults.schedule import Fault
from boxoffice.faults.targets import NoSuchTarget
from tests.engine.toys.depot import STREAM, held, met


def test_redis_answers_with_its_own_error_and_does_nothing() -> None:
    world = met(refusals("READONLY You can't write against a read only replica.", of="incrby"))

    async def script(world: World) -> bytes | None:
        drivers = held(world)
        with pytest.raises(redis.exceptions.ReadOnlyError):
            await drivers.redis.incr("visits")
        found: bytes | None = await drivers.redis.get("visits")
        return found

    assert world.run(script) is None


def test_what_is_done_and_then_refused_is_there() -> None:
    world = met(refusals("10107", done=True, of="insert_one"))

    async def script(world: World) -> object:
        notes = held(world).mongo["stock"]["notes"]
        with pytest.raises(pymongo.errors.NotPrimaryError):
            await notes.insert_one({"_id": "1"})
        return await notes.find_one({"_id": "1"})

    assert world.run(script) == {"_id": "1"}


def test_a_refusal_lasts_and_then_is_over() -> None:
    world = met(refusals("18", lasts_s=5.0, nth=[1], at="stock-db", of="insert_one"))

    async def script(world: World) -> list[str]:
        notes = held(world).mongo["stock"]["notes"]
        heard = []
        for number, pause_s in enumerate((0.0, 4.0, 2.0)):
            await world.passes(pause_s)
            try:
                await notes.insert_one({"_id": str(number)})
                heard.append("stored")
            except pymongo.errors.OperationFailure as error:
                heard.append(str(error.code))
        return heard

    assert world.run(script) == ["18", "18", "stored"]


@pytest.mark.parametrize(
    ("says", "error", "code"),
    [
        ("10047", nats.js.errors.ServerError, 10047),
        ("10077", nats.js.errors.ServiceUnavailableError, 10077),
        ("10071", nats.js.errors.BadRequestError, 10071),
        ("503", nats.js.errors.NoStreamResponseError, None),
    ],
)
def test_nats_refuses_an_event_with_its_own_code_and_stores_nothing(
    says: str, error: type[Exception], code: int | None
) -> None:
    world = met(refusals(says, at="nats", of="publish"))

    async def script(world: World) -> int:
        jetstream = held(world).nats.jetstream()
        with pytest.raises(error) as met:
            await jetstream.publish("work.done", b"{}")
        assert getattr(met.value, "err_code", None) == code
        return (await jetstream.stream_info(STREAM)).state.messages

    assert world.run(script) == 0


def test_nats_refuses_questions_too() -> None:
    world = met(refusals("10008", at="nats", of="consumer.info"), no_leader(of="fetch", from_s=5.0))

    async def script(world: World) -> None:
        jetstream = held(world).nats.jetstream()
        await jetstream.add_consumer(STREAM, durable_name="porter")
        await world.passes(5.0)
        with pytest.raises(nats.js.errors.ServiceUnavailableError) as met:
            await jetstream.consumer_info(STREAM, "porter")
        assert met.value.err_code == 10008
        subscription = await jetstream.pull_subscribe_bind(durable="porter", stream=STREAM)
        with pytest.raises(nats.js.errors.ServiceUnavailableError):
            await subscription.fetch(1)

    world.run(script)


def test_a_code_that_the_fake_does_not_know_is_a_mistake() -> None:
    with pytest.raises(NoSuchTarget, match="'nats' never says '12345': NATS says 503 or one"):
        met(refusals("12345", at="nats", of="publish"))


@pytest.mark.parametrize("done", [False, True])
def test_a_service_answers_a_status(done: bool) -> None:
    system, served = System("pages"), []

    def front(drivers: object) -> FastAPI:
        app = FastAPI()

        @app.get("/")
        async def page() -> None:
            served.append(1)

        return app

    system.service("front", front, route="/")

    @system.story(faults=[refusals("503", done=done, at="front", nth=[1])])
    async def asks(world: World) -> None:
        answers = [await world.client("Ann").get("/") for _ in range(2)]
        assert [it.status_code for it in answers] == [503, 200]

    assert not system.run(asks).violations
    assert len(served) == 1 + done


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (
            refusals("READONLY", at="stock-db"),
            "'stock-db' never says 'READONLY': a MongoDB says the ",
        ),
        (
            refusals("10107", of="zadd"),
            "'redis' never says '10107': a Redis says an error in words",
        ),
        (
            refusals("200", at="stripe"),
            "'stripe' never says '200': its errors are statuses from 400",
        ),
        (
            refusals("frob", at="keeper"),
            "'keeper' never says 'frob': its errors are statuses from 4",
        ),
        (refusals("READONLY"), "'keeper' never says 'READONLY': "),
    ],
    ids=repr,
)
def test_what_a_server_never_says_is_refused(fault: Fault, said: str) -> None:
    with pytest.raises(NoSuchTarget) as told:
        met(fault)
    assert said in str(told.value)


COMMANDS: dict[str, Callable[[Any], Coroutine[Any, Any, object]]] = {
    "set": lambda redis: redis.set("lease", 1, nx=True, px=1000),
    "zadd": lambda redis: redis.zadd("timers", {"parcel": 1}),
    "del": lambda redis: redis.delete("lease"),
    "zremrangebyscore": lambda redis: redis.zremrangebyscore("timers", 0, 1),
    "zrange": lambda redis: redis.zrange("timers", 0, -1),
    "zscore": lambda redis: redis.zscore("timers", "parcel"),
    "zcount": lambda redis: redis.zcount("timers", 0, 1),
    "exists": lambda redis: redis.exists("lease"),
}


def refused_by_redis(fault: Fault) -> set[str]:
    async def script(world: World) -> set[str]:
        await world.passes(1.0)
        redis_, refused = held(world).redis, set()
        for name, command in COMMANDS.items():
            try:
                await command(redis_)
            except redis.exceptions.ResponseError:
                refused.add(name)
        return refused

    return met(fault).run(script)


def test_a_redis_that_is_read_only_takes_no_write_at_all() -> None:
    assert refused_by_redis(read_only(from_s=1.0)) == {"set", "zadd", "del", "zremrangebyscore"}


def test_a_redis_that_is_full_takes_nothing_that_needs_room_and_forgets_all_the_same() -> None:
    assert refused_by_redis(no_memory(from_s=1.0)) == {"set", "zadd"}


def test_only_a_write_can_be_unconfirmed_and_the_driver_says_that_it_was_one() -> None:
    async def script(world: World) -> object:
        await world.passes(1.0)
        notes = held(world).mongo["stock"]["notes"]
        with pytest.raises(pymongo.errors.WriteConcernError) as met:
            await notes.insert_one({"_id": "1"})
        assert met.value.code == 64
        return await notes.find_one({"_id": "1"})

    assert met(unconfirmed(at="stock-db", from_s=1.0)).run(script) == {"_id": "1"}


def test_what_nobody_waits_for_is_lost_where_it_would_be_refused() -> None:
    world = met(refusals("503", at="nats", of="publish"))

    async def script(world: World) -> None:
        connection = held(world).nats
        await connection.publish("work.done", b"{}")
        await world.passes(1.0)

    world.run(script)
    [lost] = world.trace.of_kind("lost")
    assert (lost["to"], lost["verb"], lost["leg"]) == ("nats", "publish", "request")
    assert not any(world.trace.of_kind("answered", "stored"))
