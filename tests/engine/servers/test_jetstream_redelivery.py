"""What comes again: after silence, after a refusal, and what ends it."""

from asyncio import sleep

import nats.errors
from nats.js.api import ConsumerInfo
from pytest import mark, raises

from tests.engine.servers.jetstream_bench import Bench, attempts, fetched, seqs, told


def test_an_unacknowledged_message_comes_again_after_ack_wait():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, ack_wait=5)
        await sub.fetch(1)
        again = await sub.fetch(1, timeout=20)
        return attempts(again), round(bench.loop.time(), 3)

    assert told(story) == ([(1, 2)], 5)


def test_an_acknowledged_message_does_not_come_again():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, ack_wait=5)
        await (await sub.fetch(1))[0].ack()
        info = await bench.info()
        return await fetched(sub, timeout=20), info.num_ack_pending, info.ack_floor.stream_seq

    assert told(story) == ([], 0, 1)


def test_backoff_takes_the_place_of_ack_wait():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, backoff=[1, 10, 100], max_deliver=5)
        times = []
        for _ in range(5):
            await sub.fetch(1, timeout=200)
            times.append(round(bench.loop.time()))
        return times

    assert told(story) == [0, 1, 11, 111, 211]


def test_redeliveries_come_before_new_messages():
    async def story(bench: Bench):
        sub = await bench.stream(messages=4, ack_wait=5)
        await sub.fetch(2)
        await sleep(6)
        return attempts(await sub.fetch(10))

    assert told(story) == [(1, 2), (2, 2), (3, 1), (4, 1)]


def test_a_nak_brings_the_message_back_at_once():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1)
        await (await sub.fetch(1))[0].nak()
        return attempts(await sub.fetch(1)), bench.loop.time()

    assert told(story) == ([(1, 2)], 0)


@mark.parametrize("ack_wait", [1, 30])
def test_a_delayed_nak_brings_the_message_back_after_the_delay(ack_wait):
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, ack_wait=ack_wait)
        await (await sub.fetch(1))[0].nak(delay=7)
        return attempts(await sub.fetch(1, timeout=60)), round(bench.loop.time(), 3)

    assert told(story) == ([(1, 2)], 7)


def test_a_delayed_nak_is_stretched_by_backoff_as_a_server_stretches_it():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, backoff=[0.2, 1.0], max_deliver=4)
        await sub.fetch(1)
        second = await sub.fetch(1)
        await second[0].nak(delay=0.3)
        start_s = bench.loop.time()
        await sub.fetch(1)
        return round(bench.loop.time() - start_s, 3)

    assert told(story) == 1.1  # measured with nats-server: 0.3 + (1.0 - 0.2)


def test_naks_are_redelivered_in_the_order_they_came():
    async def story(bench: Bench):
        sub = await bench.stream(messages=3)
        one, _, three = await sub.fetch(3)
        await three.nak()
        await one.nak()
        return seqs(await sub.fetch(5))

    assert told(story) == [3, 1]


def test_a_terminated_message_does_not_come_again():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, ack_wait=5)
        await (await sub.fetch(1))[0].term()
        return await fetched(sub, timeout=20), bench.kinds("termed", "acked")

    assert told(story) == ([], ["termed"])


def test_progress_starts_the_time_anew():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, ack_wait=5)
        message = (await sub.fetch(1))[0]
        await sleep(4)
        await message.in_progress()
        await sub.fetch(1, timeout=20)
        return round(bench.loop.time(), 3)

    assert told(story) == 9


def test_progress_after_the_time_is_too_late():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, ack_wait=5)
        message = (await sub.fetch(1))[0]
        await sleep(6)
        await message.in_progress()
        return attempts(await sub.fetch(1)), bench.loop.time()

    assert told(story) == ([(1, 2)], 6)


def test_a_late_ack_still_counts():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, ack_wait=5)
        first = (await sub.fetch(1))[0]
        await sub.fetch(1, timeout=20)
        await first.ack()
        return (await bench.info()).num_ack_pending, await fetched(sub, timeout=20)

    assert told(story) == (0, [])


def test_a_late_ack_stops_a_redelivery_that_nobody_fetched():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, ack_wait=5)
        first = (await sub.fetch(1))[0]
        await sleep(6)
        await first.ack()
        return await fetched(sub)

    assert told(story) == []


def test_after_max_deliver_a_message_is_given_up_with_an_advisory():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, ack_wait=5, max_deliver=2)
        await sub.fetch(1)
        await sub.fetch(1, timeout=20)
        nothing = await fetched(sub, timeout=20)
        advisory = bench.server.advisories[0]
        info = await bench.info()
        return nothing, info.num_ack_pending, advisory["deliveries"], bench.kinds("max-deliveries")

    assert told(story) == ([], 0, 2, ["max-deliveries"])


def test_consumer_info_tells_what_is_outstanding_and_the_floor_below():
    async def story(bench: Bench):
        sub = await bench.stream(messages=4, ack_wait=5)
        _, two = await sub.fetch(2)
        await two.ack()
        await sleep(6)
        (again,) = await sub.fetch(1)
        before = await bench.info()
        await again.ack()
        after = await bench.info()
        return [shown(it) for it in (before, after)]

    assert told(story) == [((3, 2), (0, 0), 1, 1, 2), ((3, 2), (3, 2), 0, 0, 2)]


def shown(info: ConsumerInfo):
    pairs = [(it.consumer_seq, it.stream_seq) for it in (info.delivered, info.ack_floor)]
    return *pairs, info.num_ack_pending, info.num_redelivered, info.num_pending


def test_a_message_is_acknowledged_once():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1)
        message = (await sub.fetch(1))[0]
        await message.ack()
        for again in (message.ack, message.nak, message.term, message.ack_sync):
            with raises(nats.errors.MsgAlreadyAckdError):
                await again()

    told(story)


def test_the_world_sees_a_message_through_its_life():
    async def story(bench: Bench):
        sub = await bench.stream(messages=1, ack_wait=5)
        await (await sub.fetch(1))[0].nak(delay=2)
        await sub.fetch(1)
        await (await sub.fetch(1, timeout=10))[0].ack()
        return bench.seen[1:]

    where = {"consumer": "c", "seq": 1, "subject": "s.1"}
    assert told(story) == [
        ("delivered", where | {"attempt": 1}),
        ("naked", where | {"delay_s": 2.0}),  # and so it comes again, without having expired
        ("delivered", where | {"attempt": 2}),
        ("ack-expired", where),
        ("delivered", where | {"attempt": 3}),
        ("acked", where),
    ]
