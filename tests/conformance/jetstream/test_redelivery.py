"""What comes again, and when."""

from asyncio import sleep

from tests.conformance.jetstream.bench import Bench, attempts, fetched, seqs, settle


async def test_an_unacknowledged_message_comes_again_after_ack_wait(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.5)
    start_s = bench.now()
    await sub.fetch(1)
    again = await sub.fetch(1, timeout=3)
    bench.took(start_s, 0.5)
    assert attempts(again) == [(1, 2)]


async def test_an_acknowledged_message_does_not_come_again(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.3)
    await (await sub.fetch(1))[0].ack()
    assert await fetched(sub, timeout=0.8) == []
    info = await bench.info()
    assert (info.num_ack_pending, info.ack_floor.stream_seq) == (0, 1)


async def test_every_silence_brings_another_delivery(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.3)
    seen = []
    for _ in range(4):
        seen += attempts(await sub.fetch(1, timeout=3))
    assert seen == [(1, 1), (1, 2), (1, 3), (1, 4)]


async def test_redeliveries_come_before_new_messages(bench: Bench) -> None:
    sub = await bench.stream(messages=4, ack_wait=0.4)
    await sub.fetch(2)
    await sleep(0.7)
    assert attempts(await sub.fetch(10)) == [(1, 2), (2, 2), (3, 1), (4, 1)]


async def test_messages_expire_each_by_its_own_delivery(bench: Bench) -> None:
    sub = await bench.stream(messages=2, ack_wait=0.6)
    start_s = bench.now()
    await sub.fetch(1)
    await sleep(0.3)
    await sub.fetch(1)
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]
    bench.took(start_s, 0.6)
    assert attempts(await sub.fetch(1, timeout=3)) == [(2, 2)]
    bench.took(start_s, 0.9)


async def test_a_nak_brings_the_message_back_at_once(bench: Bench) -> None:
    sub = await bench.stream(messages=1)
    start_s = bench.now()
    await settle((await sub.fetch(1))[0], "-NAK")
    assert attempts(await sub.fetch(1)) == [(1, 2)]
    bench.took(start_s, 0)


async def test_naks_bring_messages_back_in_the_order_of_the_naks(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    one, two, three = await sub.fetch(3)
    for message in (three, one, two):
        await settle(message, "-NAK")
    assert seqs(await sub.fetch(3)) == [3, 1, 2]


async def test_a_delayed_nak_brings_the_message_back_after_the_delay(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=30)
    message = (await sub.fetch(1))[0]
    start_s = bench.now()
    await message.nak(delay=0.6)
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]
    bench.took(start_s, 0.6)


async def test_a_delayed_nak_may_be_longer_than_ack_wait(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.3)
    message = (await sub.fetch(1))[0]
    start_s = bench.now()
    await message.nak(delay=0.8)
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]
    bench.took(start_s, 0.8)


async def test_a_delayed_message_does_not_hold_up_the_others(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    await settle((await sub.fetch(1))[0], "-NAK", delay_s=0.5)
    assert seqs(await sub.fetch(2)) == [2, 3]
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]


async def test_a_second_nak_without_delay_overrules_the_delay(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=30)
    message = (await sub.fetch(1))[0]
    await settle(message, "-NAK", delay_s=5)
    start_s = bench.now()
    await settle(message, "-NAK")
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]
    bench.took(start_s, 0)


async def test_progress_starts_the_wait_anew(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.6)
    message = (await sub.fetch(1))[0]
    await sleep(0.4)
    start_s = bench.now()
    await message.in_progress()
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]
    bench.took(start_s, 0.6)


async def test_steady_progress_keeps_a_message_for_as_long_as_it_lasts(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.4)
    message = (await sub.fetch(1))[0]
    for _ in range(5):
        await sleep(0.2)
        await message.in_progress()
    assert await fetched(sub, timeout=0.2) == []
    await message.ack()
    assert (await bench.info()).num_redelivered == 0


async def test_backoff_takes_the_place_of_ack_wait(bench: Bench) -> None:
    sub = await bench.stream(messages=1, backoff=[0.2, 0.5, 0.9], max_deliver=5)
    start_s = bench.now()
    await sub.fetch(1)
    for moment_s in (0.2, 0.7, 1.6, 2.5):
        await sub.fetch(1, timeout=3)
        bench.took(start_s, moment_s)


async def test_ack_wait_is_the_first_step_of_the_backoff(bench: Bench) -> None:
    await bench.stream(ack_wait=7, backoff=[0.2, 0.5], max_deliver=3)
    config = (await bench.info()).config
    assert (config.ack_wait, config.backoff) == (0.2, [0.2, 0.5])


async def test_a_nak_at_once_ignores_the_backoff(bench: Bench) -> None:
    sub = await bench.stream(messages=1, backoff=[0.5, 0.9], max_deliver=4)
    start_s = bench.now()
    await settle((await sub.fetch(1))[0], "-NAK")
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]
    bench.took(start_s, 0)


async def test_a_delayed_nak_is_stretched_by_the_backoff(bench: Bench) -> None:
    sub = await bench.stream(messages=1, backoff=[0.2, 1.0], max_deliver=4)
    await sub.fetch(1)
    second = await sub.fetch(1, timeout=3)
    start_s = bench.now()
    await second[0].nak(delay=0.3)
    await sub.fetch(1, timeout=3)
    bench.took(start_s, 1.1)


async def test_max_deliver_ends_the_deliveries(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.2, max_deliver=2)
    assert attempts(await sub.fetch(1)) == [(1, 1)]
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]
    assert await fetched(sub, timeout=0.8) == []


async def test_what_was_given_up_is_told_in_an_advisory(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.2, max_deliver=2)
    await sub.fetch(1)
    await sub.fetch(1, timeout=3)
    await fetched(sub, timeout=0.8)
    told = (await bench.advisories(1))[0]
    wanted = ("type", "stream", "consumer", "stream_seq", "deliveries")
    assert [told[name] for name in wanted] == [
        "io.nats.jetstream.advisory.v1.max_deliver",
        bench.name,
        "c",
        1,
        2,
    ]


async def test_a_nak_of_the_last_delivery_is_given_up_too(bench: Bench) -> None:
    sub = await bench.stream(messages=2, max_deliver=2)
    for attempt in (1, 2):
        message = (await sub.fetch(1))[0]
        assert attempts([message]) == [(1, attempt)]
        await settle(message, "-NAK")
    assert attempts(await sub.fetch(1)) == [(2, 1)]
    assert [it["stream_seq"] for it in await bench.advisories(1)] == [1]


async def test_what_was_given_up_stays_in_the_stream(bench: Bench) -> None:
    sub = await bench.stream(messages=1, max_deliver=1)
    await settle((await sub.fetch(1))[0], "-NAK")
    assert await fetched(sub) == []
    assert (await bench.state()).messages == 1
    info = await bench.info()
    assert (info.num_ack_pending, info.num_pending) == (0, 0)


async def test_what_was_given_up_counts_as_redelivered_until_it_is_acknowledged(
    bench: Bench,
) -> None:
    sub = await bench.stream(messages=3, max_deliver=2)
    one, *_ = await sub.fetch(2)
    counts = []
    await settle(one, "-NAK")
    await sub.fetch(1)
    await settle(one, "-NAK")
    await sub.fetch(1)
    counts.append((await bench.info()).num_redelivered)
    await settle(one)
    counts.append((await bench.info()).num_redelivered)
    assert counts == [1, 0]


async def test_a_redelivery_has_a_consumer_sequence_of_its_own(bench: Bench) -> None:
    sub = await bench.stream(messages=2)
    await settle((await sub.fetch(1))[0], "-NAK")
    again = await sub.fetch(2)
    assert [it.metadata.sequence.consumer for it in again] == [2, 3]
    info = await bench.info()
    assert (info.delivered.consumer_seq, info.delivered.stream_seq) == (3, 2)
    assert info.num_redelivered == 1


async def test_a_redelivered_message_is_the_same_message(bench: Bench) -> None:
    sub = await bench.stream(ack_wait=0.3)
    await bench.js.publish(bench.on("m"), b"data", headers={"Nats-Msg-Id": "1", "x": "y"})
    first = (await sub.fetch(1))[0]
    again = (await sub.fetch(1, timeout=3))[0]
    assert (again.data, again.headers) == (first.data, first.headers)
    assert again.metadata.timestamp == first.metadata.timestamp


async def test_who_was_given_back_for_long_is_called_by_its_first_delivery(bench: Bench) -> None:
    sub = await bench.stream(messages=2, max_ack_pending=-1)
    first, second = await fetched(sub, 2)
    await settle(first, "-NAK", delay_s=30)
    await settle(second, "-NAK", delay_s=30)
    await settle(first, "-NAK")
    again = await fetched(sub)
    assert attempts(again) == [(1, 2)]
    await settle(first)  # its first delivery will do for that, too
    assert (await bench.info()).num_ack_pending == 1


async def test_without_a_limit_any_number_is_delivered(bench: Bench) -> None:
    sub = await bench.stream(messages=4, max_ack_pending=2)
    for message in await fetched(sub):
        await settle(message, "-NAK", delay_s=30)
    assert await fetched(sub) == []
    await bench.consumer(max_ack_pending=-1)  # a durable that was made before
    assert seqs(await fetched(sub)) == [3, 4]
    assert (await bench.info()).num_ack_pending == 4
