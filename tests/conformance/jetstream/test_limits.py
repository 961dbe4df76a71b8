"""What a stream does not keep, and the buckets of keys and values that nats-py builds on that."""

import asyncio

import nats.js.errors
from pytest import raises

from tests.conformance.jetstream.bench import Bench, fetched, seqs


async def kept(bench: Bench) -> list[int]:
    """The sequences of what a stream has."""
    state = await bench.state()
    found = []
    for seq in range(state.first_seq, state.last_seq + 1):
        try:
            await bench.js.get_msg(bench.name, seq)
        except nats.js.errors.NotFoundError:
            continue
        found.append(seq)
    return found


async def test_the_oldest_go_when_there_are_too_many(bench: Bench) -> None:
    await bench.make(max_msgs=3)
    await bench.put(*"abcde")
    assert await kept(bench) == [3, 4, 5]
    await bench.put(*"f")
    assert await kept(bench) == [4, 5, 6]


async def test_each_subject_keeps_its_last(bench: Bench) -> None:
    await bench.make(max_msgs_per_subject=2)
    await bench.put(*"aabaab")
    assert await kept(bench) == [3, 4, 5, 6]


async def test_the_oldest_go_when_they_are_too_large(bench: Bench) -> None:
    await bench.make(max_bytes=900)
    for _ in range(5):
        await bench.js.publish(bench.on("m"), b"x" * 300)
    assert await kept(bench) == [4, 5]


async def test_what_is_too_old_goes(bench: Bench) -> None:
    await bench.make(max_age=1)
    await bench.put("a")
    await asyncio.sleep(0.6)
    await bench.put("b")
    assert await kept(bench) == [1, 2]

    async def left() -> list[int]:
        return await kept(bench)

    await asyncio.sleep(0.5)
    await bench.eventually(left, [2])
    await asyncio.sleep(0.6)
    await bench.eventually(left, [])


async def test_a_full_stream_that_discards_the_new_refuses_it(bench: Bench) -> None:
    await bench.make(max_msgs=2, discard="new")
    await bench.put(*"ab")
    with raises(nats.js.errors.APIError) as refused:
        await bench.put("c")
    assert (refused.value.code, refused.value.err_code) == (503, 10077)
    assert refused.value.description == "maximum messages exceeded"
    await bench.js.delete_msg(bench.name, 1)
    assert await bench.put("d") == [3]
    assert await kept(bench) == [2, 3]


async def test_bytes_and_subjects_can_be_full_as_well(bench: Bench) -> None:
    await bench.make(max_bytes=500, discard="new")
    await bench.js.publish(bench.on("m"), b"x" * 300)
    with raises(nats.js.errors.APIError, match="maximum bytes exceeded"):
        await bench.js.publish(bench.on("m"), b"x" * 300)


async def test_one_of_a_subject_is_enough_where_that_is_said(bench: Bench) -> None:
    await bench.make(max_msgs_per_subject=1, discard="new", discard_new_per_subject=True)
    await bench.put("a", "b")
    with raises(nats.js.errors.APIError, match="maximum messages per subject exceeded"):
        await bench.put("a")


async def test_a_message_may_be_so_large_and_no_larger(bench: Bench) -> None:
    await bench.make(max_msg_size=10)
    await bench.js.publish(bench.on("m"), b"x" * 10)
    with raises(nats.js.errors.APIError) as refused:
        await bench.js.publish(bench.on("m"), b"x" * 11)
    assert (refused.value.code, refused.value.err_code) == (400, 10054)


async def test_a_rollup_stands_for_all_before_it(bench: Bench) -> None:
    await bench.make(allow_rollup_hdrs=True)
    await bench.put(*"aba")
    await bench.put("a", headers={"Nats-Rollup": "sub"})
    assert await kept(bench) == [2, 4]
    await bench.put("c", headers={"Nats-Rollup": "all"})
    assert await kept(bench) == [5]


async def test_a_consumer_goes_on_without_what_a_limit_has_dropped(bench: Bench) -> None:
    await bench.make(max_msgs=3)
    await bench.put(*"ab")
    sub = await bench.consumer()
    assert seqs(await fetched(sub, 1)) == [1]
    await bench.put(*"cde")
    await bench.pending(3)
    assert seqs(await fetched(sub)) == [3, 4, 5]


# --- keys and values -------------------------------------------------------------------------


async def test_a_bucket_keeps_the_last_value_of_a_key(bench: Bench) -> None:
    bucket = await bench.js.create_key_value(bucket=bench.name)
    assert [await bucket.put("a", b"1"), await bucket.put("b", b"2")] == [1, 2]
    assert await bucket.put("a", b"3") == 3
    entry = await bucket.get("a")
    assert (entry.key, entry.value, entry.revision) == ("a", b"3", 3)
    again = await bench.js.key_value(bench.name)
    assert (await again.get("b")).value == b"2"
    assert (await again.status()).values == 2
    with raises(nats.js.errors.KeyNotFoundError):
        await bucket.get("c")
    await bench.js.delete_key_value(bench.name)
    with raises(nats.js.errors.BucketNotFoundError):
        await bench.js.key_value(bench.name)


async def test_a_value_is_changed_on_the_revision_that_was_read(bench: Bench) -> None:
    bucket = await bench.js.create_key_value(bucket=bench.name)
    assert await bucket.create("a", b"1") == 1
    with raises(nats.js.errors.KeyWrongLastSequenceError):
        await bucket.create("a", b"2")
    assert await bucket.update("a", b"3", last=1) == 2
    with raises(nats.js.errors.KeyWrongLastSequenceError):
        await bucket.update("a", b"4", last=1)
    assert (await bucket.get("a")).value == b"3"


async def test_a_key_is_deleted_purged_and_made_again(bench: Bench) -> None:
    bucket = await bench.js.create_key_value(bucket=bench.name, history=5)
    for value in (b"1", b"2"):
        await bucket.put("a", value)
    await bucket.delete("a")
    with raises(nats.js.errors.KeyNotFoundError):
        await bucket.get("a")
    assert (await bucket.get("a", revision=1)).value == b"1"
    assert await bucket.create("a", b"3") == 4
    await bucket.purge("a")
    assert (await bucket.status()).values == 1
    with raises(nats.js.errors.KeyNotFoundError):
        await bucket.get("a")


async def test_values_come_to_their_end(bench: Bench) -> None:
    bucket = await bench.js.create_key_value(bucket=bench.name, ttl=0.5)
    await bucket.put("a", b"1")
    await asyncio.sleep(0.8)

    async def there() -> bool:
        try:
            await bucket.get("a")
        except nats.js.errors.KeyNotFoundError:
            return False
        return True

    await bench.eventually(there, False)
