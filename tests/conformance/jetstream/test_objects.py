"""Object buckets, and what watches a bucket: consumers that deliver in order."""

import asyncio
from typing import Any

import nats.errors
import nats.js.errors
from nats.js import api
from pytest import raises

from tests.conformance.jetstream.bench import Bench, seqs

LARGE = bytes(range(256)) * 1500  # three chunks
KNOWN = ("name", "bucket", "size", "chunks", "digest", "deleted", "description", "headers")


async def made(bench: Bench, **config: Any) -> Any:
    return await bench.js.create_object_store(bench.name, **config)


def shown(info: api.ObjectInfo) -> dict[str, Any]:
    """What is known of an object, without the moment and the name that chance has given it."""
    return {name: getattr(info, name) for name in KNOWN}


async def test_an_object_is_kept_in_chunks_and_got_as_a_whole(bench: Bench) -> None:
    store = await made(bench)
    put = await store.put("large", LARGE)
    assert (put.size, put.chunks) == (len(LARGE), 3)
    got = await store.get("large")
    assert got.data == LARGE
    assert shown(got.info) == shown(put) == shown(await store.get_info("large"))
    assert (await bench.js.stream_info(f"OBJ_{bench.name}")).state.messages == 4


async def test_text_and_nothing_are_objects_too(bench: Bench) -> None:
    store = await made(bench)
    await store.put("text", "für dich")
    assert (await store.get("text")).data == "für dich".encode()
    nothing = await store.put("nothing", b"")
    assert (nothing.size, nothing.chunks) == (0, 0)
    assert (await store.get("nothing")).data == b""


async def test_meta_data_are_kept_with_it(bench: Bench) -> None:
    store = await made(bench)
    options = api.ObjectMetaOptions(max_chunk_size=10)
    meta = api.ObjectMeta(description="a text", headers={"by": "Ann"}, options=options)
    put = await store.put("text", b"x" * 25, meta)
    assert put.chunks == 3
    found = (await store.get("text")).info
    assert (found.description, found.headers) == ("a text", {"by": "Ann"})


async def test_another_object_of_that_name_takes_its_place(bench: Bench) -> None:
    store = await made(bench)
    await store.put("a", LARGE)
    await store.put("a", b"small")
    assert (await store.get("a")).data == b"small"
    assert (await bench.js.stream_info(f"OBJ_{bench.name}")).state.messages == 2


async def test_a_deleted_object_is_gone_but_for_its_mark(bench: Bench) -> None:
    store = await made(bench)
    await store.put("a", b"1")
    await store.delete("a")
    for asked in (store.get("a"), store.get_info("a"), store.delete("a")):
        with raises(nats.js.errors.ObjectNotFoundError):
            await asked
    mark = await store.get_info("a", show_deleted=True)
    assert (mark.deleted, mark.size, mark.chunks) == (True, 0, 0)
    await store.put("a", b"2")
    assert (await store.get("a")).data == b"2"


async def test_what_was_never_put_is_not_found(bench: Bench) -> None:
    store = await made(bench)
    with raises(nats.js.errors.ObjectNotFoundError):
        await store.get("a")
    with raises(nats.js.errors.NotFoundError):
        await store.list()


async def test_all_objects_are_listed_with_the_deleted_unless_those_are_ignored(
    bench: Bench,
) -> None:
    store = await made(bench)
    for name in ("a", "b", "c"):
        await store.put(name, name.encode())
    await store.delete("b")
    assert [(it.name, it.deleted) for it in await store.list()] == [
        ("a", False),
        ("c", False),
        ("b", True),
    ]
    await store.put("a", b"again")
    assert [it.name for it in await store.list(ignore_deletes=True)] == ["c", "a"]


async def test_a_watcher_sees_what_is_there_then_nothing_then_what_comes(bench: Bench) -> None:
    store = await made(bench)
    await store.put("a", b"1")
    watcher = await store.watch()
    assert (await watcher.updates()).name == "a"
    assert await watcher.updates() is None
    await store.put("b", b"2")
    await store.delete("a")
    came = [await watcher.updates() for _ in range(2)]
    assert [(it.name, it.deleted) for it in came] == [("b", False), ("a", True)]
    await watcher.stop()
    await store.put("c", b"3")
    with raises(nats.errors.TimeoutError):
        await watcher.updates(timeout=0.3)


async def test_a_watcher_of_updates_sees_only_what_comes(bench: Bench) -> None:
    store = await made(bench)
    await store.put("a", b"1")
    watcher = await store.watch(updates_only=True)
    await store.put("b", b"2")
    assert (await watcher.updates()).name == "b"
    await watcher.stop()


async def test_a_watcher_of_an_empty_bucket_is_told_that_it_is(bench: Bench) -> None:
    store = await made(bench)
    watcher = await store.watch()
    assert await watcher.updates() is None
    await watcher.stop()


async def test_the_description_of_an_object_can_be_changed(bench: Bench) -> None:
    store = await made(bench)
    await store.put("a", b"1")
    await store.update_meta("a", api.ObjectMeta(name="a", description="one"))
    assert (await store.get("a")).info.description == "one"
    with raises(nats.js.errors.ObjectDeletedError):
        await store.update_meta("b", api.ObjectMeta(name="b"))


async def test_a_sealed_bucket_takes_nothing_more(bench: Bench) -> None:
    store = await made(bench, config=api.ObjectStoreConfig(description="of a case"))
    await store.put("a", b"1")
    await store.seal()
    status = await store.status()
    assert (status.bucket, status.sealed, status.description) == (bench.name, True, "of a case")
    with raises(nats.js.errors.APIError) as refused:
        await store.put("b", b"2")
    assert (refused.value.code, refused.value.err_code) == (400, 10109)
    assert (await store.get("a")).data == b"1"


async def test_a_bucket_is_found_by_its_name_until_it_is_deleted(bench: Bench) -> None:
    await made(bench)
    again = await bench.js.object_store(bench.name)
    await again.put("a", b"1")
    assert await bench.js.delete_object_store(bench.name)
    with raises(nats.js.errors.BucketNotFoundError):
        await bench.js.object_store(bench.name)


async def test_the_keys_of_a_bucket_are_listed_and_its_history_is_told(bench: Bench) -> None:
    bucket = await bench.js.create_key_value(bucket=bench.name, history=3)
    with raises(nats.js.errors.NoKeysError):
        await bucket.keys()
    for value in (b"1", b"2", b"3", b"4"):
        await bucket.put("a", value)
    await bucket.put("b", b"5")
    await bucket.delete("b")
    assert await bucket.keys() == ["a"]
    assert [it.value for it in await bucket.history("a")] == [b"2", b"3", b"4"]


async def test_a_key_is_watched(bench: Bench) -> None:
    bucket = await bench.js.create_key_value(bucket=bench.name)
    await bucket.put("a", b"1")
    watcher = await bucket.watch("*")
    assert (await watcher.updates()).value == b"1"
    assert await watcher.updates() is None
    await bucket.put("b", b"2")
    await bucket.delete("a")
    came = [await watcher.updates() for _ in range(2)]
    assert [(it.key, it.operation) for it in came] == [("b", None), ("a", "DEL")]
    await watcher.stop()


async def test_a_consumer_in_order_has_nothing_to_acknowledge(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "c")
    sub = await bench.js.subscribe(bench.on(">"), ordered_consumer=True)
    came = [(await sub.next_msg(timeout=5)).metadata for _ in range(3)]
    assert [(it.sequence.stream, it.sequence.consumer, it.num_pending) for it in came] == [
        (1, 1, 2),
        (2, 2, 1),
        (3, 3, 0),
    ]
    info = await sub.consumer_info()
    assert (info.num_pending, info.num_ack_pending, info.num_redelivered) == (0, 0, 0)
    assert (info.delivered.consumer_seq, info.ack_floor.consumer_seq) == (3, 3)
    assert info.ack_floor.stream_seq == 3


async def test_of_each_subject_the_last_message_and_then_all(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a", "c", "b")
    sub = await bench.js.subscribe(
        bench.on(">"),
        ordered_consumer=True,
        deliver_policy=api.DeliverPolicy.LAST_PER_SUBJECT,
    )
    await bench.put("a")
    came = [(await sub.next_msg(timeout=5)).metadata.sequence.stream for _ in range(4)]
    assert came == [3, 4, 5, 6]


async def test_of_messages_without_their_data_the_size_is_told(bench: Bench) -> None:
    await bench.make()
    await bench.js.publish(bench.on("a"), b"12345", headers={"by": "Ann"})
    sub = await bench.js.subscribe(bench.on(">"), ordered_consumer=True, headers_only=True)
    message = await sub.next_msg(timeout=5)
    assert message.data == b""
    assert message.headers == {"by": "Ann", "Nats-Msg-Size": "5"}


async def test_while_nothing_comes_a_heartbeat_keeps_the_consumer(bench: Bench) -> None:
    await bench.make()
    sub = await bench.js.subscribe(bench.on(">"), ordered_consumer=True, idle_heartbeat=0.2)
    before = (await sub.consumer_info()).name
    await asyncio.sleep(1.0)
    await bench.put("a")
    assert (await sub.next_msg(timeout=5)).metadata.sequence.stream == 1
    assert (await sub.consumer_info()).name == before


async def test_a_consumer_nobody_listens_to_goes_away(bench: Bench) -> None:
    await bench.make()
    sub = await bench.js.subscribe(bench.on(">"), ordered_consumer=True, inactive_threshold=0.2)
    assert (await bench.state()).consumer_count == 1
    await sub.unsubscribe()

    async def consumers() -> int:
        return int((await bench.state()).consumer_count)

    await bench.eventually(consumers, 0)


async def test_who_fetches_can_have_the_last_of_each_subject_too(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a")
    sub = await bench.consumer(deliver_policy="last_per_subject", filters=["a", "b"])
    await bench.put("b")
    await bench.pending(3)
    assert seqs(await sub.fetch(5, timeout=5)) == [2, 3, 4]


async def test_what_does_not_go_together_is_refused(bench: Bench) -> None:
    await bench.make()
    for code, config in (
        (10108, {"deliver_subject": "x", "flow_control": True}),
        (10094, {"deliver_policy": "last_per_subject"}),
        (10088, {"idle_heartbeat": 1.0}),
        (10089, {"flow_control": True}),
    ):
        with raises(nats.js.errors.APIError) as refused:
            await bench.js.add_consumer(bench.name, name="c", ack_policy="explicit", **config)
        assert (refused.value.code, refused.value.err_code) == (400, code)
