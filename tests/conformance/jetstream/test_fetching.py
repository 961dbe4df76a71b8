"""How requests for messages are answered, and how many may be outstanding."""

import asyncio
from asyncio import create_task, sleep

import nats.errors
import nats.js.errors
from pytest import raises

from tests.conformance.jetstream.bench import Bench, attempts, fetched, seqs, settle


async def test_a_fetch_of_nothing_times_out(bench: Bench) -> None:
    sub = await bench.stream()
    start_s = bench.now()
    with raises(nats.errors.TimeoutError):
        await sub.fetch(1, timeout=0.4)
    bench.took(start_s, 0.4)


async def test_a_fetch_of_many_times_out_as_well(bench: Bench) -> None:
    sub = await bench.stream()
    start_s = bench.now()
    with raises(TimeoutError):  # asyncio's own, if the first of two requests took all the time
        await sub.fetch(5, timeout=0.4)
    bench.took(start_s, 0.4)


async def test_a_fetch_takes_what_is_there_and_does_not_wait_for_more(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    start_s = bench.now()
    assert seqs(await sub.fetch(10, timeout=2)) == [1, 2, 3]
    bench.took(start_s, 0)


async def test_a_fetch_takes_no_more_than_its_batch(bench: Bench) -> None:
    sub = await bench.stream(messages=5)
    assert seqs(await sub.fetch(2)) == [1, 2]
    assert seqs(await sub.fetch(1)) == [3]
    assert seqs(await sub.fetch(5)) == [4, 5]


async def test_a_waiting_fetch_gets_the_next_message_at_once(bench: Bench) -> None:
    sub = await bench.stream()
    waiting = create_task(sub.fetch(1, timeout=3))
    await sleep(0.2)
    start_s = bench.now()
    await bench.put("m")
    assert seqs(await waiting) == [1]
    bench.took(start_s, 0)


async def test_waiting_requests_are_served_in_the_order_they_came(bench: Bench) -> None:
    sub = await bench.stream()
    first = create_task(sub.fetch(1, timeout=3))
    await sleep(0.1)
    second = create_task((await bench.bind()).fetch(1, timeout=3))
    await sleep(0.1)
    await bench.put("m", "m")
    assert [seqs(await first), seqs(await second)] == [[1], [2]]


async def test_two_pullers_never_share_a_message(bench: Bench) -> None:
    one = await bench.stream(messages=20)
    two = await bench.bind()
    batches = await asyncio.gather(*(sub.fetch(2) for _ in range(5) for sub in (one, two)))
    assert sorted(seq for batch in batches for seq in seqs(batch)) == list(range(1, 21))


async def test_a_request_that_is_over_takes_no_message(bench: Bench) -> None:
    sub = await bench.stream()
    await fetched(sub, 1, timeout=0.2)
    await sleep(0.1)
    await bench.put("m")
    await bench.pending(1)
    assert (await bench.info()).num_ack_pending == 0
    assert attempts(await sub.fetch(1)) == [(1, 1)]


async def test_waiting_requests_are_counted(bench: Bench) -> None:
    sub = await bench.stream()
    waiting = [create_task(fetched(sub, 1, timeout=0.6)) for _ in range(3)]

    async def count() -> int:
        return int((await bench.info()).num_waiting or 0)

    await bench.eventually(count, 3)
    await asyncio.gather(*waiting)
    await bench.eventually(count, 0)


async def test_unacknowledged_messages_are_limited(bench: Bench) -> None:
    sub = await bench.stream(messages=5, max_ack_pending=2)
    held = await fetched(sub, 5, timeout=0.5)
    assert seqs(held) == [1, 2]
    assert await fetched(sub) == []
    await settle(held[0])
    assert seqs(await fetched(sub)) == [3]


async def test_at_the_limit_a_request_stays_until_it_expires(bench: Bench) -> None:
    sub = await bench.stream(messages=5, max_ack_pending=2)
    start_s = bench.now()
    assert seqs(await sub.fetch(5, timeout=0.5)) == [1, 2]
    bench.took(start_s, 0.5)


async def test_an_ack_makes_room_for_a_request_that_waits(bench: Bench) -> None:
    sub = await bench.stream(messages=2, max_ack_pending=1)
    first = (await sub.fetch(1))[0]
    waiting = create_task(sub.fetch(1, timeout=3))
    await sleep(0.3)
    start_s = bench.now()
    await first.ack()
    assert seqs(await waiting) == [2]
    bench.took(start_s, 0)


async def test_the_limit_does_not_hold_back_redeliveries(bench: Bench) -> None:
    sub = await bench.stream(messages=3, max_ack_pending=1, ack_wait=0.3)
    await sub.fetch(1)
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]


async def test_a_delayed_nak_counts_against_the_limit(bench: Bench) -> None:
    sub = await bench.stream(messages=2, max_ack_pending=1)
    await settle((await sub.fetch(1))[0], "-NAK", delay_s=0.6)
    assert await fetched(sub, 1) == []
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]


async def test_term_makes_room_too(bench: Bench) -> None:
    sub = await bench.stream(messages=2, max_ack_pending=1)
    await settle((await sub.fetch(1))[0], "+TERM")
    assert seqs(await sub.fetch(1)) == [2]


async def test_the_limit_may_be_raised(bench: Bench) -> None:
    sub = await bench.stream(messages=4, max_ack_pending=1)
    await sub.fetch(1)
    config = (await bench.info()).config
    config.max_ack_pending = 3
    await bench.js.add_consumer(bench.name, config)
    assert seqs(await sub.fetch(2)) == [2, 3]


async def test_a_batch_of_none_is_refused(bench: Bench) -> None:
    sub = await bench.stream()
    with raises(ValueError, match="invalid batch size"):
        await sub.fetch(0)
    with raises(ValueError, match="invalid fetch timeout"):
        await sub.fetch(1, timeout=0)


async def test_two_consumers_are_independent(bench: Bench) -> None:
    one = await bench.stream(messages=2)
    two = await bench.consumer("d")
    await settle((await one.fetch(1))[0])
    assert seqs(await two.fetch(5)) == [1, 2]
    assert seqs(await one.fetch(5)) == [2]


async def test_nobody_answers_for_a_consumer_that_is_not_there(bench: Bench) -> None:
    await bench.make()
    sub = await bench.bind("nobody")
    with raises(nats.js.errors.ServiceUnavailableError):
        await sub.fetch(1, timeout=2)
