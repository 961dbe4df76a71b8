"""What a purge takes, and what consumers make of it."""

from nats.js.errors import BadRequestError
from pytest import raises

from tests.conformance.jetstream.bench import Bench, fetched, seqs


async def counts(bench: Bench) -> tuple[int, int, int, int]:
    state = await bench.state()
    return state.messages, state.first_seq, state.last_seq, state.num_deleted or 0


async def test_a_purge_removes_everything(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a")
    await bench.js.purge_stream(bench.name)
    assert await counts(bench) == (0, 4, 3, 0)


async def test_a_purge_says_how_many_are_gone(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a")
    answer = await bench.api("STREAM.PURGE.{stream}", filter=bench.on("a"))
    assert (answer["success"], answer["purged"]) == (True, 2)
    assert await counts(bench) == (1, 2, 3, 1)


async def test_a_purge_up_to_a_sequence(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a", "b", "a")
    await bench.js.purge_stream(bench.name, seq=4)
    assert await counts(bench) == (2, 4, 5, 0)


async def test_a_purge_that_keeps_the_last(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a", "b", "a")
    await bench.js.purge_stream(bench.name, keep=2)
    assert await counts(bench) == (2, 4, 5, 0)


async def test_a_purge_up_to_beyond_the_end_skips_sequences(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b")
    await bench.js.purge_stream(bench.name, seq=9)
    assert await counts(bench) == (0, 9, 8, 0)
    assert await bench.put("a") == [9]


async def test_a_purge_cannot_both_keep_and_stop(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b")
    with raises(BadRequestError) as refused:
        await bench.js.purge_stream(bench.name, seq=2, keep=1)
    assert refused.value.err_code == 10003


async def test_one_message_purged_by_a_wider_pattern_is_counted_on(bench: Bench) -> None:
    async def pending(pattern: str | None, stop: int) -> int:
        asked = {"filter": bench.on(pattern)} if pattern else {}
        await bench.api("STREAM.PURGE.{stream}", seq=stop, **asked)
        return (await bench.info()).num_pending

    await bench.make()
    sub = await bench.consumer(filters=["a"])
    await bench.put("a", "b", "a", "b", "a", "a", "b", "a", "b")
    await bench.pending(5)
    assert await pending(None, 2) == 4  # without a pattern all is counted
    assert await pending("*", 3) == 4  # nor was that one for it
    assert await pending("*", 4) == 4  # but this was
    assert await pending(">", 6) == 2  # several are counted anew
    assert await pending(">", 7) == 2
    assert [it.metadata.num_pending for it in await fetched(sub)] == [1]
    assert (await bench.info()).num_pending == 0  # nothing can be left


async def test_a_purge_of_an_empty_stream_shows(bench: Bench) -> None:
    await bench.make()
    await bench.js.purge_stream(bench.name)
    assert await counts(bench) == (0, 1, 0, 0)


async def test_a_purge_of_one_subject_up_to_a_sequence(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a", "b", "a")
    await bench.js.purge_stream(bench.name, subject=bench.on("a"), seq=5)
    assert await counts(bench) == (3, 2, 5, 1)


async def test_a_purge_takes_messages_from_a_consumer(bench: Bench) -> None:
    sub = await bench.stream(messages=3, ack_wait=0.4)
    await sub.fetch(1)
    await bench.js.purge_stream(bench.name)

    async def look() -> tuple[int | None, ...]:
        info = await bench.info()
        return info.num_pending, info.num_ack_pending

    await bench.eventually(look, (0, 0))
    assert await fetched(sub, timeout=0.7) == []


async def test_a_consumer_goes_on_behind_a_purge(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    await bench.js.purge_stream(bench.name)
    await bench.put("m")
    assert seqs(await sub.fetch(1)) == [4]
