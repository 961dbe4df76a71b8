"""Fetches that ask for heartbeats: they last, and end early where the server has forgotten them."""

import asyncio
from contextlib import suppress

import nats.errors
import nats.js.errors
from pytest import raises

from tests.conformance.jetstream.bench import Bench, attempts, seqs
from tests.conformance.jetstream.test_restart import back

BEAT_S = 0.4


async def test_a_fetch_with_heartbeats_takes_what_is_there(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    start_s = bench.now()
    assert seqs(await sub.fetch(10, timeout=3, heartbeat=BEAT_S)) == [1, 2, 3]
    bench.took(start_s, 0.0)


async def test_a_fetch_with_heartbeats_takes_no_more_than_its_batch(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    assert seqs(await sub.fetch(2, timeout=3, heartbeat=BEAT_S)) == [1, 2]
    assert seqs(await sub.fetch(2, timeout=3, heartbeat=BEAT_S)) == [3]


async def test_a_message_that_comes_after_heartbeats_is_handed_over_at_once(bench: Bench) -> None:
    sub = await bench.stream()
    waiting = asyncio.create_task(sub.fetch(10, timeout=3, heartbeat=BEAT_S))
    await asyncio.sleep(3 * BEAT_S)
    start_s = bench.now()
    await bench.put("m")
    assert seqs(await waiting) == [1]
    bench.took(start_s, 0.0)


async def test_a_fetch_of_nothing_with_heartbeats_lasts_as_long_as_it_says(bench: Bench) -> None:
    sub = await bench.stream()
    start_s = bench.now()
    with raises(nats.errors.TimeoutError):
        await sub.fetch(10, timeout=3 * BEAT_S, heartbeat=BEAT_S)
    bench.took(start_s, 3 * BEAT_S)


async def test_a_fetch_that_a_restart_has_swept_away_ends_two_heartbeats_later(
    bench: Bench,
) -> None:
    sub = await bench.stream()
    waiting = asyncio.create_task(sub.fetch(10, timeout=20, heartbeat=BEAT_S))
    await asyncio.sleep(2.5 * BEAT_S)
    heard_s = bench.now() - 0.5 * BEAT_S
    await bench.backend.kill()  # one that ends in good order says so
    await bench.backend.start()
    await back(bench)
    with raises(nats.errors.TimeoutError):
        await waiting
    bench.took(heard_s, 2 * BEAT_S)
    await bench.put("m")
    assert attempts(await sub.fetch(10, timeout=5, heartbeat=BEAT_S)) == [(1, 1)]


async def test_what_came_when_nobody_waited_any_more_is_there_at_the_next_fetch(
    bench: Bench,
) -> None:
    sub = await bench.stream()
    waiting = asyncio.create_task(sub.fetch(10, timeout=20, heartbeat=BEAT_S))
    await asyncio.sleep(BEAT_S / 2)
    waiting.cancel()
    await asyncio.wait([waiting])
    await bench.put("m", "m")
    got = seqs(await sub.fetch(10, timeout=5, heartbeat=BEAT_S))
    if len(got) < 2:
        got += seqs(await sub.fetch(10, timeout=5, heartbeat=BEAT_S))
    assert got == [1, 2]


async def test_a_fetch_with_heartbeats_ends_as_soon_as_its_consumer_goes(bench: Bench) -> None:
    sub = await bench.stream()
    start_s = bench.now()
    waiting = asyncio.create_task(sub.fetch(10, timeout=20, heartbeat=BEAT_S))
    await asyncio.sleep(0.2)
    await bench.js.delete_consumer(bench.name, "c")
    with suppress(nats.errors.TimeoutError):  # either says that nothing came
        assert await waiting == []
    bench.took(start_s, 0.2)
    with raises(nats.js.errors.ServiceUnavailableError):
        await sub.fetch(10, timeout=20, heartbeat=BEAT_S)


async def test_a_client_that_reconnects_is_connected_while_its_fetch_waits(bench: Bench) -> None:
    sub = await bench.stream()
    await bench.backend.stop()
    await asyncio.sleep(0.1)
    waiting = asyncio.create_task(sub.fetch(10, timeout=20, heartbeat=BEAT_S))
    await asyncio.sleep(0.1)
    await bench.backend.start()
    for _ in range(100):
        if bench.backend.nats.is_connected:
            break
        await asyncio.sleep(0.1)
    assert bench.backend.nats.is_connected
    waiting.cancel()
    await asyncio.wait([waiting])
