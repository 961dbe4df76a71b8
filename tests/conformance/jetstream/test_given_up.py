"""What becomes of a fetch whose caller does not wait for it any more."""

import asyncio
from asyncio import create_task
from contextlib import suppress

from pytest import raises

from tests.conformance.jetstream.bench import Bench, attempts, seqs


async def given_up(bench: Bench, sub, batch: int = 1, timeout: float = 5) -> None:
    """Begin a fetch, and cancel it once it waits at the server."""
    waiting = create_task(sub.fetch(batch, timeout=timeout))
    await bench.eventually(lambda: waits(bench), 1)
    waiting.cancel()
    with suppress(asyncio.CancelledError):
        await waiting


async def waits(bench: Bench) -> int | None:
    return (await bench.info()).num_waiting


async def test_the_server_keeps_a_request_whose_caller_has_gone(bench: Bench) -> None:
    await given_up(bench, await bench.stream())
    assert await waits(bench) == 1


async def test_what_comes_for_it_waits_in_the_client(bench: Bench) -> None:
    sub = await bench.stream(ack_wait=30)
    await given_up(bench, sub)
    await bench.put("m")
    await bench.arrived(sub, 1)
    assert (await bench.info()).num_ack_pending == 1
    start_s = bench.now()
    assert attempts(await sub.fetch(1)) == [(1, 1)]
    bench.took(start_s, 0)


async def test_until_its_time_to_be_acknowledged_is_over_nobody_else_gets_it(bench: Bench) -> None:
    sub = await bench.stream(ack_wait=1.0)
    other = await bench.bind()
    await given_up(bench, sub)
    await bench.put("m")
    start_s = bench.now()
    assert attempts(await other.fetch(1)) == [(1, 2)]
    bench.took(start_s, 1.0)


async def test_who_unsubscribes_gives_up_nothing(bench: Bench) -> None:
    sub = await bench.stream(ack_wait=30)
    other = await bench.bind()
    await given_up(bench, sub)
    await sub.unsubscribe()
    await bench.flushed()
    await bench.put("m")
    assert attempts(await other.fetch(1)) == [(1, 1)]


async def test_nor_does_who_closes_the_connection(bench: Bench) -> None:
    other = await bench.stream(ack_wait=30)
    nats = await bench.backend.another()
    sub = await nats.jetstream(timeout=5).pull_subscribe_bind(durable="c", stream=bench.name)
    await given_up(bench, sub)
    await nats.close()
    await bench.eventually(lambda: waits(bench), 0)  # the server hears of it a little later
    await bench.put("m")
    assert attempts(await other.fetch(1)) == [(1, 1)]


async def test_who_unsubscribes_before_fetching_again_loses_what_came(bench: Bench) -> None:
    sub = await bench.stream(ack_wait=1.0)
    await given_up(bench, sub)
    await bench.put("m")
    await bench.arrived(sub, 1)
    await sub.unsubscribe()
    assert attempts(await (await bench.bind()).fetch(1)) == [(1, 2)]


async def test_the_next_fetch_has_what_comes_for_the_one_before(bench: Bench) -> None:
    sub = await bench.stream(ack_wait=30)
    await given_up(bench, sub)
    again = create_task(sub.fetch(1, timeout=5))
    await bench.eventually(lambda: waits(bench), 2)
    start_s = bench.now()
    await bench.put("m")
    assert seqs(await again) == [1]
    bench.took(start_s, 0)
    assert await waits(bench) == 1  # its own request is given up in its turn
    await bench.put("m")
    await bench.arrived(sub, 1)
    assert attempts(await sub.fetch(1)) == [(2, 1)]


async def test_a_fetch_of_several_takes_what_came_and_what_else_is_there(bench: Bench) -> None:
    sub = await bench.stream(ack_wait=30)
    await given_up(bench, sub)
    await bench.put("m", "m", "m")
    await bench.pending(2)
    await bench.arrived(sub, 1)
    start_s = bench.now()
    assert seqs(await sub.fetch(5)) == [1, 2, 3]
    bench.took(start_s, 0)


async def test_or_what_came_alone(bench: Bench) -> None:
    sub = await bench.stream(ack_wait=30)
    await given_up(bench, sub)
    await bench.put("m")
    await bench.arrived(sub, 1)
    start_s = bench.now()
    assert seqs(await sub.fetch(5)) == [1]
    bench.took(start_s, 0)


async def test_the_end_of_the_one_before_is_not_the_end_of_the_next(bench: Bench) -> None:
    sub = await bench.stream()
    await given_up(bench, sub, timeout=0.5)
    start_s = bench.now()
    with raises(TimeoutError):
        await sub.fetch(1, timeout=1.5)
    bench.took(start_s, 1.5)
