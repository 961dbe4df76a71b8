"""The world lets messages arrive late, out of order and more than once."""

from asyncio import sleep

from tests.engine.servers.jetstream_bench import Bench, attempts, fetched, seqs, told


def arriving(delays_s: dict[int, list[float]]):
    return lambda consumer, message: delays_s.get(message.seq, [0.0])


def test_a_delayed_message_is_overtaken_by_the_next():
    async def story(bench: Bench):
        bench.server.delivery_delays = arriving({1: [5.0]})
        sub = await bench.stream(messages=2)
        first = await sub.fetch(10)
        pending = (await bench.info()).num_pending
        late = await sub.fetch(10, timeout=20)
        return seqs(first), pending, attempts(late), round(bench.loop.time(), 3)

    assert told(story) == ([2], 1, [(1, 1)], 5)


def test_the_floor_stays_below_what_is_still_to_come():
    async def story(bench: Bench):
        bench.server.delivery_delays = arriving({2: [5.0]})
        sub = await bench.stream(messages=3)
        floors = []
        for _ in range(2):
            for message in await sub.fetch(10, timeout=20):
                await message.ack_sync()
            floors.append((await bench.info()).ack_floor.stream_seq)
        return floors

    assert told(story) == [1, 3]


def test_copies_arrive_though_the_original_was_acknowledged():
    async def story(bench: Bench):
        bench.server.delivery_delays = arriving({1: [0.0, 3.0, 4.0]})
        sub = await bench.stream(messages=1)
        seen = []
        for _ in range(3):
            (message,) = await sub.fetch(1, timeout=10)
            await message.ack()
            seen.append((round(bench.loop.time()), message.metadata.num_delivered))
        info = await bench.info()
        return seen, await fetched(sub, timeout=60), info.num_pending, info.num_ack_pending

    assert told(story) == ([(0, 1), (3, 2), (4, 3)], [], 0, 0)


def test_copies_at_once_come_behind_the_original():
    async def story(bench: Bench):
        bench.server.delivery_delays = arriving({1: [0.0, 0.0, 0.0]})
        sub = await bench.stream(messages=1)
        return attempts(await sub.fetch(10))

    assert told(story) == [(1, 1), (1, 2), (1, 3)]


def test_a_copy_that_is_not_acknowledged_comes_again():
    async def story(bench: Bench):
        bench.server.delivery_delays = arriving({1: [0.0, 3.0]})
        sub = await bench.stream(messages=1, ack_wait=10)
        await (await sub.fetch(1))[0].ack()
        await sub.fetch(1, timeout=20)
        again = await sub.fetch(1, timeout=20)
        return attempts(again), round(bench.loop.time(), 3)

    assert told(story) == ([(1, 3)], 13)


def test_arrivals_differ_by_consumer():
    async def story(bench: Bench):
        bench.server.delivery_delays = lambda consumer, message: [5.0 if consumer == "d" else 0.0]
        sub = await bench.stream()
        other = await bench.js.pull_subscribe("s.>", durable="d", stream="S")
        await bench.js.publish("s.1")
        return seqs(await fetched(sub)), seqs(await fetched(other))

    assert told(story) == ([1], [])


def test_a_deleted_message_does_not_arrive_any_more():
    async def story(bench: Bench):
        bench.server.delivery_delays = arriving({1: [5.0], 2: [0.0, 5.0]})
        sub = await bench.stream(messages=2)
        await (await sub.fetch(1))[0].ack()
        await bench.js.purge_stream("S")
        await sleep(6)
        return await fetched(sub), (await bench.info()).num_pending

    assert told(story) == ([], 0)
