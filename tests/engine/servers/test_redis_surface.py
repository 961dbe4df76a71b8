"""Pipelines, locks and waits, over links that take time, lose and break."""

import asyncio

import redis.exceptions
from pytest import approx, fixture, mark, raises

from boxoffice.errors import NotSimulated
from boxoffice.net.calls import CallFault
from boxoffice.servers.redis import FakeRedis
from tests.engine.servers.redis_bench import Pair

BLINK_S = 0.1  # far longer than a link takes


@fixture
def pair():
    return Pair()


# --- waits -----------------------------------------------------------------------------------


@mark.parametrize(
    "wait",
    [
        lambda it: it.blpop("q", timeout=5),
        lambda it: it.brpop("q", timeout=5),
        lambda it: it.blmove("q", "r", timeout=5),
        lambda it: it.bzpopmin("z", timeout=5),
        lambda it: it.xread({"s": "$"}, block=5_000),
        lambda it: it.blmpop(5, 1, "q", direction="LEFT"),
    ],
)
def test_a_wait_takes_its_time_in_virtual_time(pair, wait):
    assert not pair.run(wait(pair.one))
    assert pair.now() == approx(5.0, abs=BLINK_S)
    assert len(pair.calls) == 1


def test_who_waits_for_ever_has_what_comes(pair):
    async def story():
        popped = asyncio.ensure_future(pair.one.blpop("q"))
        await asyncio.sleep(3600)
        await pair.two.rpush("q", "a")
        return await popped

    assert list(pair.run(story())) == [b"q", b"a"]
    assert pair.now() == approx(3600, abs=BLINK_S)


def test_who_has_given_up_takes_nothing(pair):
    async def story():
        with raises(TimeoutError):
            async with asyncio.timeout(1):
                await pair.one.blpop("q")
        await asyncio.sleep(1)
        await pair.two.rpush("q", "a")
        return await pair.two.lrange("q", 0, -1)

    assert pair.run(story()) == [b"a"]


def test_a_host_that_crashes_while_it_waits_takes_nothing(pair):
    async def story():
        host = pair.wires.host("worker")
        worker = FakeRedis(pair.server, pair.wires.between(host, pair.wires.server))
        host.spawn(worker.blpop("q"))
        await asyncio.sleep(1)
        host.crash()
        await asyncio.sleep(1)
        await pair.two.rpush("q", "a")
        return await pair.two.llen("q")

    assert pair.run(story()) == 1


def test_who_waits_at_a_server_that_goes_down_is_told_once_it_was_tried_again(pair):
    async def story():
        popped = asyncio.ensure_future(pair.one.blpop("q"))
        await asyncio.sleep(1)
        pair.wires.server.crash()
        with raises(redis.exceptions.ConnectionError):
            await popped

    pair.run(story())
    assert len([it for it in pair.calls if it[1] == "blpop"]) > 1
    assert 1 < pair.now() < 120


# --- pipelines -------------------------------------------------------------------------------


@mark.parametrize("transaction", [True, False])
def test_a_pipeline_is_one_call(pair, transaction):
    answers = pair.run(pair.one.pipeline(transaction).set("a", 1).incr("a").execute())
    assert answers == [True, 2]
    assert pair.calls == [("client", "pipeline", "a")]


@mark.parametrize(("fault", "kept"), [("lose_request", None), ("lose_response", b"2")])
def test_a_lost_pipeline_is_done_as_a_whole_or_not_at_all(pair, fault, kept):
    pair.faults["pipeline"] = CallFault(**{fault: True})
    with raises(redis.exceptions.TimeoutError):
        pair.run(pair.one.pipeline().set("a", 1).incr("a").execute())
    assert pair.server.execute("GET", "a") == kept


def test_each_step_of_a_watching_pipeline_is_a_call(pair):
    async def story():
        async with pair.one.pipeline() as pipe:
            await pipe.watch("a")
            await pipe.get("a")
            pipe.multi()
            await pipe.set("a", 1).execute()

    pair.run(story())
    assert [verb for _, verb, _ in pair.calls] == ["watch", "get", "pipeline"]


def test_of_many_that_count_down_in_transactions_none_is_lost(pair):
    async def take(client):
        async def step(pipe):
            left = int(await pipe.get("left"))
            pipe.multi()
            pipe.set("left", left - 1)

        await client.transaction(step, "left")

    async def story():
        await pair.one.set("left", 10)
        await asyncio.gather(*(take(client) for client in (pair.one, pair.two) for _ in range(5)))
        return await pair.one.get("left")

    assert pair.run(story()) == b"0"


# --- locks and shapes ------------------------------------------------------------------------


def test_a_lock_waits_in_virtual_time_and_is_released_without_lua(pair):
    async def story():
        await pair.one.lock("l", timeout=30).acquire()
        lock = pair.two.lock("l", timeout=30, sleep=0.5)
        assert not await lock.acquire(blocking_timeout=10)
        return pair.now()

    assert pair.run(story()) == approx(10, abs=1)


def test_answers_come_as_strings_where_that_is_asked_for(pair):
    client = FakeRedis(pair.server, pair.wires.link, decode_responses=True)

    async def story():
        await client.hset("h", mapping={"a": "1"})
        async with client.pubsub() as pubsub:
            await pubsub.subscribe("news")
            told = await pubsub.get_message(timeout=1)
        return (
            await client.hgetall("h"),
            await client.pipeline().get("x").hkeys("h").execute(),
            told,
        )

    found, piped, told = pair.run(story())
    assert (found, piped) == ({"a": "1"}, [None, ["a"]])
    assert told["channel"] == "news"


def test_databases_of_one_server_are_apart(pair):
    other = FakeRedis(pair.server, pair.wires.link, db=1)

    async def story():
        await pair.one.set("a", "0")
        await other.pipeline().set("a", "1").execute()
        return await pair.one.get("a"), await other.get("a"), await other.client().get("a")

    assert pair.run(story()) == (b"0", b"1", b"1")


# --- what is not there -----------------------------------------------------------------------


@mark.parametrize(
    ("name", "asked"),
    [
        ("redis MULTI", lambda it: it.execute_command("MULTI")),
        ("redis SUBSCRIBE", lambda it: it.execute_command("subscribe", "a")),
        ("redis EVAL", lambda it: it.eval("return 1", 0)),
        ("redis SCRIPT LOAD", lambda it: it.script_load("return 1")),
        ("redis FT.SEARCH", lambda it: it.execute_command("FT.SEARCH", "i", "*")),
        ("redis LATENCY LATEST", lambda it: it.execute_command("LATENCY LATEST")),
        (
            "redis BLPOP that waits in a pipeline",
            lambda it: it.pipeline(transaction=False).blpop("q", 1).get("a").execute(),
        ),
    ],
)
def test_what_redis_has_and_the_fake_has_not_is_named(pair, name, asked):
    with raises(NotSimulated) as found:
        pair.run(asked(pair.one))
    assert found.value.name == name
    assert found.value.instead


def test_a_monitor_is_not_simulated(pair):
    for refused in (pair.one.monitor, pair.one.keyspace_notifications):
        with raises(NotSimulated):
            refused()


def test_what_redis_does_not_know_either_is_its_own_refusal(pair):
    with raises(redis.exceptions.ResponseError, match="unknown command"):
        pair.run(pair.one.execute_command("SETT", "a", "1"))
