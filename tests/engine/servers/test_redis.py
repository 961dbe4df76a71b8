import asyncio

import redis.exceptions
from fastapi import FastAPI
from pytest import mark, raises

from boxoffice import System
from boxoffice.net.calls import CallFault
from boxoffice.servers.redis import FakeRedis, FakeRedisServer
from tests.engine.wires import Wires


def told(story, wires=None, server=None):
    """Play a story with a client; return what it returns."""
    wires = wires or Wires()
    return wires.run(story(FakeRedis(server or FakeRedisServer(), wires.link)))


def test_a_sorted_set_gives_what_is_due_in_its_order():
    async def story(client):
        assert await client.zadd("timers", {"b": 20.0, "a": 10.0}) == 2
        assert await client.zadd("timers", {"a": 99.0}, nx=True) == 0
        due = await client.zrangebyscore("timers", 0, 15.0, withscores=True)
        return due, await client.zrem("timers", "a"), await client.zrem("timers", "a")

    assert told(story) == ([(b"a", 10.0)], 1, 0)


def test_a_lease_is_taken_once():
    async def story(client):
        return [await client.set("lease:o", "me", nx=True, ex=30) for _ in range(2)]

    assert told(story) == [True, None]


def test_a_command_takes_the_time_of_a_link():
    wires = Wires()
    told(lambda client: client.set("a", "1"), wires)
    assert 0.0 < wires.loop.time() < 0.1


@mark.parametrize(("fault", "kept"), [("lose_request", None), ("lose_response", b"1")])
def test_a_lost_call_is_a_timeout_and_may_have_had_its_effect(fault, kept):
    server = FakeRedisServer()
    wires = Wires(fault=CallFault(**{fault: True}))
    with raises(redis.exceptions.TimeoutError):
        told(lambda client: client.set("a", "1"), wires, server)
    assert server.execute("GET", "a") == kept


def test_a_server_that_is_down_refuses_the_connection():
    wires = Wires()
    wires.server.crash()
    with raises(redis.exceptions.ConnectionError, match="server"):
        told(lambda client: client.set("a", "1"), wires)


def test_what_is_stored_survives_its_client():
    server = FakeRedisServer()

    async def set_and_die(client):
        await client.set("a", "1")

    told(set_and_die, server=server)
    assert told(lambda client: client.get("a"), server=server) == b"1"


def test_a_server_that_forgets_comes_up_empty():
    server = FakeRedisServer()
    server.execute("ZADD", "timers", 900.5, "open")
    server.forget()
    assert server.execute("KEYS", "*") == []


def test_a_refusal_of_the_server_reaches_the_client():
    async def story(client):
        await client.set("a", "text")
        await client.zadd("a", {"b": 1.0})

    with raises(redis.exceptions.ResponseError, match="WRONGTYPE"):
        told(story)


def test_commands_at_the_same_moment_are_one_after_another():
    server = FakeRedisServer()

    async def story(client):
        return await asyncio.gather(*(client.incr("n") for _ in range(20)))

    assert sorted(told(story, server=server)) == list(range(1, 21))


def test_whoever_peeks_sees_what_commands_would_tell_at_that_moment():
    system = System("yard")
    system.service("worker", lambda drivers: FastAPI(), redis="redis")

    @system.story
    async def a_day(world):
        redis = world.backends.redis
        redis.execute("ZADD", "timers", 5.0, "b", 0, "a")
        redis.execute("SET", "lease", "me", "PX", 2_000)
        for keys in ({b"timers", b"lease"}, {b"timers"}):  # the second is over by then
            kept = redis.peek(world.backends.now_s())
            assert set(kept) == set(redis.execute("KEYS", "*")) == keys
            assert dict(kept[b"timers"].items()) == {b"a": 0.0, b"b": 5.0}
            await world.passes(3)

    assert [it.message for it in system.run(a_day).violations] == []
