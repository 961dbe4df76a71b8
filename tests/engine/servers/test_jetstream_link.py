"""What a client sees when the way to the server loses something."""

from asyncio import gather, sleep

import nats.errors
from pytest import mark, raises

from tests.engine.servers.jetstream_bench import Bench, attempts, told


def losing(verb: str, leg: str):
    return lambda lost_verb, lost_leg: (lost_verb, lost_leg) == (verb, leg)


@mark.parametrize(("leg", "stored"), [("request", 0), ("answer", 1)])
def test_a_lost_answer_differs_from_a_lost_request(leg, stored):
    async def story(bench: Bench):
        await bench.stream()
        bench.wire.loses = losing("publish", leg)
        with raises(nats.errors.TimeoutError):
            await bench.js.publish("s.1")
        return (await bench.js.stream_info("S")).state.messages

    assert told(story) == stored


def test_messages_whose_answer_was_lost_come_back_after_ack_wait():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, ack_wait=5)
        bench.wire.loses = losing("fetch", "answer")
        with raises(nats.errors.TimeoutError):
            await sub.fetch(1)
        bench.wire.loses = lambda verb, leg: False
        again = await sub.fetch(1, timeout=20)
        return attempts(again), round(bench.loop.time(), 3)

    assert told(story) == ([(1, 2)], 5)


def test_a_lost_ack_brings_the_message_back():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, ack_wait=5)
        bench.wire.loses = losing("ack", "request")
        await (await sub.fetch(1))[0].ack()
        return attempts(await sub.fetch(1, timeout=20))

    assert told(story) == [(1, 2)]


def test_ack_sync_tells_that_the_server_heard_it():
    async def story(bench: Bench):
        sub = await bench.stream(messages=2)
        one, two = await sub.fetch(2)
        await one.ack_sync()
        bench.wire.loses = losing("ack", "request")
        with raises(nats.errors.TimeoutError):
            await two.ack_sync()
        return (await bench.info()).num_ack_pending, two.is_acked

    assert told(story) == (1, False)


def test_ack_sync_to_a_consumer_that_is_gone_fails():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1)
        (message,) = await sub.fetch(1)
        await bench.js.delete_consumer("S", "c")
        with raises(nats.errors.NoRespondersError):
            await message.ack_sync()

    told(story)


def test_with_the_server_down_a_request_ends_when_its_time_is_over():
    async def story(bench: Bench):
        await bench.stream()
        bench.wire.down = True
        with raises(nats.errors.TimeoutError):
            await bench.js.publish("s.1", timeout=3)
        down = bench.nats.is_connected, bench.loop.time()
        bench.wire.down = False
        await bench.js.publish("s.1")
        return down, bench.nats.is_connected

    assert told(story) == ((False, 3), True)


@mark.parametrize("end", ["close", "drain"])
def test_a_closed_connection_says_so(end):
    async def story(bench: Bench):
        sub = await bench.stream(messages=1)
        (message,) = await sub.fetch(1)
        await getattr(bench.nats, end)()
        for late in (bench.js.publish("s.1"), message.ack(), bench.js.stream_info("S")):
            with raises(nats.errors.ConnectionClosedError):
                await late
        return bench.nats.is_connected, bench.nats.is_closed

    assert told(story) == (False, True)


def test_every_call_crosses_the_link_under_its_name():
    async def story(bench: Bench):
        sub = await bench.stream()
        await bench.js.publish("s.1")
        one = (await sub.fetch(1))[0]
        await one.in_progress()
        await one.nak(delay=1)
        two = (await sub.fetch(1))[0]
        await two.term()
        await bench.nats.flush()
        return bench.wire.carried

    assert told(story) == [
        ("stream.create", "S"),
        ("consumer.create", "S.c"),
        ("publish", "s.1"),
        ("fetch", "c"),
        ("in_progress", "s.1#1"),
        ("nak", "s.1#1"),
        ("fetch", "c"),
        ("term", "s.1#1"),
        ("flush", ""),
    ]


@mark.parametrize(("timeout_s", "others_s"), [(2, ()), (2, (1, 3)), (3, (9,))])
def test_a_call_that_takes_too_long_is_given_up_in_time(timeout_s, others_s):
    async def story(bench: Bench):
        await bench.stream()
        bench.wire.call = lambda *_: sleep(60)
        others = [bench.loop.create_task(bench.js.publish("s", timeout=it)) for it in others_s]
        await sleep(0)
        with raises(nats.errors.TimeoutError):
            await bench.js.publish("s.1", timeout=timeout_s)
        end_s = round(bench.loop.time(), 3)
        await gather(*others, return_exceptions=True)
        return end_s, round(bench.loop.time(), 3)

    assert told(story) == (timeout_s, max((timeout_s, *others_s)))


@mark.parametrize(("missed", "ends_s"), [(None, 60), (1, 5), (2, 10)])
def test_a_lost_fetch_ends_as_soon_as_its_client_misses_heartbeats(missed, ends_s):
    async def story(bench: Bench):
        bench.nats.missed_heartbeats = missed
        sub = await bench.stream()
        bench.wire.loses = losing("fetch", "request")
        with raises(nats.errors.TimeoutError):
            await sub.fetch(16, timeout=60, heartbeat=5)
        return bench.loop.time()

    assert told(story) == ends_s


def test_heartbeats_are_heard_until_something_is_lost():
    async def story(bench: Bench):
        bench.nats.missed_heartbeats = 2
        sub = await bench.stream()
        bench.wire.loses = losing("fetch", "answer")

        async def publish():
            await sleep(12)
            await bench.js.publish("s.1")

        with raises(nats.errors.TimeoutError):
            await gather(sub.fetch(16, timeout=60, heartbeat=5), publish())
        return round(bench.loop.time(), 3)

    assert told(story) == 10 + 2 * 5
