"""Who gets a message, when, and how often."""

from asyncio import gather

import nats.errors
import nats.js.errors
from pytest import mark, raises

from tests.engine.servers.jetstream_bench import Bench, attempts, fetched, seqs, told


def test_a_fetch_brings_what_is_there_in_order():
    async def story(bench: Bench):
        sub = await bench.stream(messages=3)
        got = await sub.fetch(10)
        return [(it.subject, it.metadata.num_pending) for it in got], bench.loop.time()

    assert told(story) == ([("s.1", 2), ("s.2", 1), ("s.3", 0)], 0)


@mark.parametrize("batch", [1, 10])
def test_a_fetch_waits_for_the_first_message(batch):
    async def story(bench: Bench):
        sub = await bench.stream()
        bench.loop.call_later(3, bench.server.publish, "s.1", b"", {})
        return seqs(await sub.fetch(batch, timeout=5)), bench.loop.time()

    assert told(story) == ([1], 3)


@mark.parametrize("batch", [1, 10])
def test_a_fetch_that_finds_nothing_times_out(batch):
    async def story(bench: Bench):
        sub = await bench.stream()
        with raises(nats.errors.TimeoutError):
            await sub.fetch(batch, timeout=5)
        return round(bench.loop.time(), 3), (await bench.info()).num_waiting

    assert told(story) == (5, 0)


def test_fetches_that_wait_are_served_oldest_first():
    async def story(bench: Bench):
        sub = await bench.stream()
        for number in range(3):
            bench.loop.call_later(1 + number, bench.server.publish, f"s.{number}", b"", {})
        got = await gather(*(sub.fetch(1) for _ in range(3)))
        return [messages[0].subject for messages in got]

    assert told(story) == ["s.0", "s.1", "s.2"]


def test_a_client_that_went_unnoticed_is_given_nothing():
    async def story(bench: Bench):
        sub = await bench.stream()
        answers: list[object] = []
        bench.server.pull("S", "c", 1, None, answers.append, gone=lambda: True)
        await bench.js.publish("s.1")
        return answers, attempts(await sub.fetch(1))

    assert told(story) == ([], [(1, 1)])


def test_a_consumer_gets_only_the_subjects_it_filters():
    async def story(bench: Bench):
        sub = await bench.stream(messages=4, filter_subjects=["s.2", "s.4"])
        pending = (await bench.info()).num_pending
        return pending, seqs(await sub.fetch(10))

    assert told(story) == (2, [2, 4])


def test_a_changed_filter_finds_what_the_old_one_passed_over():
    async def story(bench: Bench):
        sub = await bench.stream(messages=3, filter_subject="s.9")
        await fetched(sub)
        await bench.js.add_consumer("S", name="c", durable_name="c", filter_subject="s.2")
        return (await bench.info()).num_pending, seqs(await sub.fetch(10))

    assert told(story) == (1, [2])


STARTS = [
    ({"deliver_policy": "all"}, [1, 2, 3]),
    ({"deliver_policy": "new"}, []),
    ({"deliver_policy": "last"}, [3]),
    ({"deliver_policy": "last", "filter_subject": "s.2"}, [2]),
    ({"deliver_policy": "by_start_sequence", "opt_start_seq": 2}, [2, 3]),
]


@mark.parametrize(("config", "expected"), STARTS)
def test_a_consumer_starts_where_its_policy_says(config, expected):
    async def story(bench: Bench):
        await bench.stream(messages=3)
        await bench.js.add_consumer("S", name="d", **config)
        sub = await bench.js.pull_subscribe_bind("d", "S")
        return (await sub.consumer_info()).num_pending, seqs(await fetched(sub))

    assert told(story) == (len(expected), expected)


def test_unacknowledged_messages_stop_a_consumer_at_its_limit():
    async def story(bench: Bench):
        sub = await bench.stream(messages=3, max_ack_pending=2)
        first = await sub.fetch(2)
        nothing = await fetched(sub)
        bench.loop.call_later(1, bench.server.acknowledge, "S", "c", 1, b"")
        start_s = bench.loop.time()
        return seqs(first), nothing, seqs(await sub.fetch(1)), bench.loop.time() - start_s

    assert told(story) == ([1, 2], [], [3], 1)


def test_a_fetch_stopped_by_the_limit_stays_for_the_rest():
    async def story(bench: Bench):
        sub = await bench.stream(messages=3, max_ack_pending=2)
        bench.loop.call_later(1, bench.server.acknowledge, "S", "c", 1, b"")
        return seqs(await sub.fetch(3)), bench.loop.time()

    assert told(story) == ([1, 2, 3], 1)


def test_two_consumers_each_get_every_message():
    async def story(bench: Bench):
        sub = await bench.stream(messages=2)
        other = await bench.js.pull_subscribe("s.>", durable="d", stream="S")
        return seqs(await sub.fetch(5)), seqs(await other.fetch(5))

    assert told(story) == ([1, 2], [1, 2])


def test_two_clients_of_one_consumer_share_its_messages():
    async def story(bench: Bench):
        sub = await bench.stream(messages=2)
        js = bench.connect().jetstream()
        other = await js.pull_subscribe_bind("c", stream="S")
        return seqs(await sub.fetch(1)), seqs(await other.fetch(5))

    assert told(story) == ([1], [2])


def test_state_survives_the_client():
    async def story(bench: Bench):
        sub = await bench.stream(messages=2)
        await (await sub.fetch(1))[0].ack()
        await bench.nats.close()
        with raises(nats.errors.ConnectionClosedError):
            await sub.fetch(1)
        later = await bench.connect().jetstream().pull_subscribe_bind("c", stream="S")
        return seqs(await later.fetch(5))

    assert told(story) == [2]


def test_a_fetch_from_no_consumer_is_refused():
    async def story(bench: Bench):
        await bench.stream()
        sub = await bench.js.pull_subscribe_bind("nobody", stream="S")
        with raises(nats.js.errors.ServiceUnavailableError):
            await sub.fetch(1)

    told(story)


def test_a_fetch_whose_consumer_is_deleted_ends_with_its_time():
    async def story(bench: Bench):
        sub = await bench.stream()
        deleting = bench.js.delete_consumer
        bench.loop.call_later(1, lambda: bench.loop.create_task(deleting("S", "c")))
        with raises(nats.errors.TimeoutError):
            await sub.fetch(1, timeout=3)
        return round(bench.loop.time(), 3)

    assert told(story) == 3


def test_a_deleted_consumer_gives_nothing_that_arrives_later():
    async def story(bench: Bench):
        bench.server.delivery_delays = lambda consumer, message: [2.0]
        sub = await bench.stream(messages=1)
        deleting = bench.js.delete_consumer
        bench.loop.call_later(1, lambda: bench.loop.create_task(deleting("S", "c")))
        return await fetched(sub, timeout=3), bench.kinds("delivered")

    assert told(story) == ([], [])
