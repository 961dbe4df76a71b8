"""Purging, deleting, reading single messages; changing and removing consumers and streams."""

import asyncio

from nats.js.errors import APIError, BadRequestError, NotFoundError, ServerError
from pytest import raises

from tests.conformance.jetstream.bench import Bench, attempts, seqs, settle


async def counts(bench: Bench) -> tuple[int, int, int, int]:
    state = await bench.state()
    return state.messages, state.first_seq, state.last_seq, state.num_deleted or 0


async def test_an_empty_stream_counts_from_nothing(bench: Bench) -> None:
    await bench.make()
    assert await counts(bench) == (0, 0, 0, 0)


async def test_a_message_without_data_is_read_as_none(bench: Bench) -> None:
    await bench.make()
    await bench.js.publish(bench.on("a"), b"")
    assert (await bench.js.get_msg(bench.name, 1)).data is None


async def test_a_deleted_message_leaves_a_hole(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "a", "a")
    assert await bench.js.delete_msg(bench.name, 2) is True
    assert await counts(bench) == (2, 1, 3, 1)


async def test_deleting_the_first_message_moves_the_beginning(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "a", "a")
    await bench.js.delete_msg(bench.name, 2)
    await bench.js.delete_msg(bench.name, 1)
    assert await counts(bench) == (1, 3, 3, 0)


async def test_what_is_not_there_cannot_be_deleted(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "a")
    await bench.js.delete_msg(bench.name, 1)
    refusals = []
    for seq in (1, 9):
        with raises(APIError) as refused:
            await bench.js.delete_msg(bench.name, seq)
        refusals.append((refused.value.code, refused.value.err_code, refused.value.description))
    assert refusals == [(500, 10057, "no message found"), (500, 10057, "stream store EOF")]


async def test_a_deleted_message_is_not_delivered(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    await bench.js.delete_msg(bench.name, 2)
    assert seqs(await sub.fetch(5)) == [1, 3]


async def test_a_deleted_message_is_not_redelivered(bench: Bench) -> None:
    sub = await bench.stream(messages=2, ack_wait=0.4)
    await sub.fetch(2)
    await bench.js.delete_msg(bench.name, 1)
    assert attempts(await sub.fetch(1, timeout=3)) == [(2, 2)]


async def test_a_message_is_read_by_its_sequence(bench: Bench) -> None:
    await bench.make()
    await bench.js.publish(bench.on("m"), b"data", headers={"x": "y"})
    found = await bench.js.get_msg(bench.name, 1)
    assert (found.subject, found.seq, found.data) == (bench.on("m"), 1, b"data")
    assert found.headers == {"x": "y"}


async def test_the_last_message_of_a_subject_is_read(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a", "b")
    assert (await bench.js.get_last_msg(bench.name, bench.on("a"))).seq == 3
    assert (await bench.js.get_last_msg(bench.name, bench.on("*"))).seq == 4


async def test_the_next_message_of_a_subject_is_read(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a", "b")
    found = [
        (await bench.js.get_msg(bench.name, seq, subject=bench.on(subject), next=True)).seq
        for seq, subject in ((1, "b"), (2, "a"), (3, "a"), (1, "*"))
    ]
    assert found == [2, 3, 3, 1]


async def test_what_is_not_there_cannot_be_read(bench: Bench) -> None:
    await bench.make()
    await bench.put("a")
    for asked in ({"seq": 7}, {"seq": 2, "subject": bench.on("a"), "next": True}):
        with raises(NotFoundError) as refused:
            await bench.js.get_msg(bench.name, **asked)  # type: ignore[arg-type]
        assert refused.value.err_code == 10037


async def test_messages_are_counted_by_subject(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a")
    info = await bench.js.stream_info(bench.name, subjects_filter=bench.on("a"))
    assert info.state.subjects == {bench.on("a"): 2}


async def test_the_same_stream_may_be_made_twice(bench: Bench) -> None:
    first = await bench.make()
    again = await bench.make()
    assert again.config == first.config


async def test_another_stream_of_the_same_name_is_refused(bench: Bench) -> None:
    await bench.make()
    with raises(BadRequestError) as refused:
        await bench.make(max_msgs=5)
    assert refused.value.err_code == 10058


async def test_two_streams_may_not_listen_on_one_subject(bench: Bench) -> None:
    await bench.make()
    with raises(BadRequestError) as refused:
        await bench.js.add_stream(name=f"{bench.name}X", subjects=[bench.on("a")])
    assert refused.value.err_code == 10065


async def test_a_stream_that_is_not_there_is_not_found(bench: Bench) -> None:
    with raises(NotFoundError) as refused:
        await bench.js.stream_info(bench.name)
    assert refused.value.err_code == 10059
    with raises(NotFoundError) as refused:
        await bench.js.consumer_info(bench.name, "c")
    assert refused.value.err_code == 10059


async def test_a_deleted_stream_is_gone_with_its_consumers(bench: Bench) -> None:
    await bench.stream(messages=2)
    assert await bench.js.delete_stream(bench.name) is True
    await bench.make()
    assert await counts(bench) == (0, 0, 0, 0)
    with raises(NotFoundError) as refused:
        await bench.info()
    assert refused.value.err_code == 10014


async def test_the_same_consumer_may_be_made_twice(bench: Bench) -> None:
    sub = await bench.stream(messages=2)
    await settle((await sub.fetch(1))[0])
    await bench.consumer()
    assert seqs(await sub.fetch(5)) == [2]


async def test_a_recreated_consumer_begins_again(bench: Bench) -> None:
    sub = await bench.stream(messages=2)
    await settle((await sub.fetch(1))[0])
    await bench.js.delete_consumer(bench.name, "c")
    again = await bench.consumer()
    assert attempts(await again.fetch(5)) == [(1, 1), (2, 1)]


async def test_a_fetch_of_one_waits_in_vain_when_its_consumer_goes(bench: Bench) -> None:
    sub = await bench.stream()
    start_s = bench.now()
    waiting = asyncio.create_task(sub.fetch(1, timeout=1))
    await asyncio.sleep(0.2)
    await bench.js.delete_consumer(bench.name, "c")
    with raises(TimeoutError):
        await waiting
    bench.took(start_s, 1)


async def test_a_fetch_of_many_ends_empty_when_its_consumer_goes(bench: Bench) -> None:
    sub = await bench.stream()
    start_s = bench.now()
    waiting = asyncio.create_task(sub.fetch(5, timeout=1))
    await asyncio.sleep(0.2)
    await bench.js.delete_consumer(bench.name, "c")
    assert await waiting == []
    bench.took(start_s, 1)


async def test_ack_wait_may_change(bench: Bench) -> None:
    sub = await bench.stream(messages=1, ack_wait=30)
    config = (await bench.info()).config
    config.ack_wait = 0.4
    await bench.js.add_consumer(bench.name, config)
    start_s = bench.now()
    await sub.fetch(1)
    assert attempts(await sub.fetch(1, timeout=3)) == [(1, 2)]
    bench.took(start_s, 0.4)


async def test_a_backoff_longer_than_max_deliver_is_refused(bench: Bench) -> None:
    await bench.make()
    with raises(BadRequestError) as refused:
        await bench.consumer(backoff=[1, 2, 3], max_deliver=2)
    assert refused.value.err_code == 10116


async def test_the_storage_of_a_stream_may_not_change(bench: Bench) -> None:
    await bench.make()
    with raises(ServerError) as refused:
        await bench.js.update_stream(name=bench.name, subjects=[bench.on(">")], storage="memory")
    assert refused.value.err_code == 10052
