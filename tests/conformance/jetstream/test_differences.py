"""Where the fake is known to differ: each case says what either of the two does."""

from pytest import raises

from tests.conformance.jetstream.bench import Bench, settle


async def test_only_the_fake_answers_an_ack_of_what_a_new_consumer_never_had(bench: Bench) -> None:
    sub = await bench.stream(messages=1)
    message = (await sub.fetch(1))[0]
    await bench.js.delete_consumer(bench.name, "c")
    await bench.consumer()
    if bench.backend.real:
        with raises(TimeoutError):
            await message.ack_sync(timeout=0.5)
    else:
        await message.ack_sync(timeout=0.5)
    assert (await bench.info()).num_pending == 1


async def test_a_purge_shows_how_far_a_server_has_looked_over_foreign_subjects(
    bench: Bench,
) -> None:
    await bench.make()
    await bench.put("a", "b")
    sub = await bench.consumer(filters=["a"])
    await settle((await sub.fetch(5))[0])
    assert (await bench.info()).delivered.stream_seq == 1
    await bench.js.purge_stream(bench.name, seq=2)
    assert (await bench.info()).delivered.stream_seq == (2 if bench.backend.real else 1)
