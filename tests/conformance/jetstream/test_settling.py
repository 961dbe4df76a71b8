"""What ends a message, what does not, and what is too late."""

from asyncio import sleep

from nats.errors import MsgAlreadyAckdError
from pytest import raises

from tests.conformance.jetstream.bench import Bench, attempts, fetched, seqs, settle


async def test_term_ends_a_message(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.3)
    await (await sub.fetch(1))[0].term()
    assert await fetched(sub, timeout=0.7) == []
    info = await bench.info()
    assert (info.num_ack_pending, info.ack_floor.stream_seq) == (0, 1)


async def test_term_ends_a_message_that_was_to_come_again(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=30)
    message = (await sub.fetch(1))[0]
    await settle(message, "-NAK")
    await settle(message, "+TERM")
    assert await fetched(sub) == []


async def test_a_late_ack_counts_while_the_message_waits_for_its_redelivery(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.3)
    message = (await sub.fetch(1))[0]
    await sleep(0.5)
    await settle(message)
    assert await fetched(sub, timeout=0.6) == []
    assert (await bench.info()).num_ack_pending == 0


async def test_a_late_ack_of_the_first_delivery_settles_the_second(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.3)
    first = (await sub.fetch(1))[0]
    second = (await sub.fetch(1, timeout=3))[0]
    assert attempts([second]) == [(1, 2)]
    await settle(first)
    assert await fetched(sub, timeout=0.6) == []
    info = await bench.info()
    assert (info.num_ack_pending, info.ack_floor.stream_seq) == (0, 1)


async def test_a_late_nak_of_the_first_delivery_recalls_the_second(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.4)
    first = (await sub.fetch(1))[0]
    await sub.fetch(1, timeout=3)
    start_s = bench.now()
    await settle(first, "-NAK")
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 3)]
    bench.took(start_s, 0)


async def test_an_ack_after_the_last_delivery_is_given_up_changes_nothing(bench: Bench) -> None:
    sub = await bench.stream(messages=2, ack_wait=0.2, max_deliver=1)
    message = (await sub.fetch(1))[0]
    await sleep(0.5)
    assert seqs(await sub.fetch(1)) == [2]
    await settle(message)
    assert (await bench.info()).num_ack_pending == 1


async def test_nats_py_lets_a_message_be_acknowledged_once(bench: Bench) -> None:
    sub = await bench.stream(messages=1)
    message = (await sub.fetch(1))[0]
    await message.ack()
    with raises(MsgAlreadyAckdError):
        await message.ack()
    with raises(MsgAlreadyAckdError):
        await message.nak()


async def test_a_second_ack_on_the_wire_changes_nothing(bench: Bench) -> None:
    sub = await bench.stream(messages=2)
    one, _ = await sub.fetch(2)
    await settle(one)
    await settle(one)
    info = await bench.info()
    assert (info.num_ack_pending, info.ack_floor.stream_seq) == (1, 1)


async def test_a_nak_after_the_ack_changes_nothing(bench: Bench) -> None:
    sub = await bench.stream(messages=1)
    message = (await sub.fetch(1))[0]
    await settle(message)
    await settle(message, "-NAK")
    assert await fetched(sub) == []


async def test_an_ack_after_the_nak_ends_the_message(bench: Bench) -> None:
    sub = await bench.stream(messages=1)
    message = (await sub.fetch(1))[0]
    await settle(message, "-NAK")
    await settle(message)
    assert await fetched(sub) == []
    assert (await bench.info()).num_ack_pending == 0


async def test_an_ack_overrules_a_delayed_nak(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=30)
    message = (await sub.fetch(1))[0]
    await settle(message, "-NAK", delay_s=0.3)
    await settle(message)
    assert await fetched(sub, timeout=0.6) == []


async def test_progress_after_a_delayed_nak_takes_the_whole_wait(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.8)
    message = (await sub.fetch(1))[0]
    await settle(message, "-NAK", delay_s=0.3)
    start_s = bench.now()
    await settle(message, "+WPI")
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]
    bench.took(start_s, 0.8)


async def test_an_unknown_word_is_not_an_acknowledgement(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=0.5)
    start_s = bench.now()
    message = (await sub.fetch(1))[0]
    await message._client.publish(message.reply, b"+HELLO")
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]
    bench.took(start_s, 0.5)


async def test_the_old_word_for_an_ack_is_an_acknowledgement(bench: Bench) -> None:
    sub = await bench.stream(messages=2)
    one, two = await sub.fetch(2)
    await settle(one, "+OK")
    await settle(two, "")
    assert (await bench.info()).num_ack_pending == 0


async def test_the_floor_waits_for_the_oldest_message(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    one, two, three = await sub.fetch(3)
    floors = []
    for message in (three, two, one):
        await settle(message)
        floors.append((await bench.info()).ack_floor.stream_seq)
    assert floors == [0, 0, 3]


async def test_the_floor_rises_over_foreign_subjects(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a", "b", "a")
    sub = await bench.consumer(filters=["a"])
    one, three, five = await sub.fetch(3)
    floors = []
    for message in (one, three, five):
        await settle(message)
        floor = (await bench.info()).ack_floor
        floors.append((floor.consumer_seq, floor.stream_seq))
    assert floors == [(1, 2), (2, 4), (3, 5)]


async def test_ack_sync_waits_for_the_server(bench: Bench) -> None:
    sub = await bench.stream(messages=1)
    message = (await sub.fetch(1))[0]
    await message.ack_sync(timeout=5)
    assert (await bench.info()).num_ack_pending == 0
