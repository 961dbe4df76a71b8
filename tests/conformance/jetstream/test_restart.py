"""A server that goes away and comes back: what it remembers, and what its clients see."""

import asyncio

import nats.errors
from nats.js.errors import NotFoundError
from pytest import raises

from tests.conformance.jetstream.bench import Bench, attempts, fetched, seqs, settle


async def restart(bench: Bench) -> None:
    await bench.backend.stop()
    await bench.backend.start()
    await back(bench)


async def back(bench: Bench) -> None:
    """Wait until the client has found the server again."""
    for _ in range(200):
        try:
            await bench.backend.nats.request("$JS.API.INFO", b"", timeout=0.5)
        except nats.errors.NoRespondersError:
            return
        except nats.errors.Error:
            await asyncio.sleep(0.05)
        else:
            return
    raise AssertionError("the client did not come back")


async def test_messages_survive_a_restart(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    await restart(bench)
    assert await bench.put("m") == [4]
    assert seqs(await fetched(sub)) == [1, 2, 3, 4]


async def test_messages_survive_a_kill(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    await bench.backend.kill()
    await bench.backend.start()
    await back(bench)
    assert seqs(await fetched(sub, timeout=2)) == [1, 2, 3]


async def test_what_was_acknowledged_stays_so_after_a_restart(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    await settle((await sub.fetch(1))[0])
    await restart(bench)
    info = await bench.info()
    assert (info.ack_floor.stream_seq, info.num_ack_pending, info.num_pending) == (1, 0, 2)
    assert seqs(await fetched(sub)) == [2, 3]


async def test_outstanding_messages_come_again_after_a_restart(bench: Bench) -> None:
    sub = await bench.stream(messages=2, ack_wait=0.8)
    await sub.fetch(2)
    await restart(bench)
    assert (await bench.info()).num_ack_pending == 2
    again = await sub.fetch(1, timeout=5)
    again += await sub.fetch(1, timeout=5)
    assert attempts(again) == [(1, 2), (2, 2)]


async def test_an_ack_counts_after_a_restart(bench: Bench) -> None:
    sub = await bench.stream(messages=2)
    one, two = await sub.fetch(2)
    await restart(bench)
    await settle(two)
    await settle(one)
    info = await bench.info()
    assert (info.num_ack_pending, info.ack_floor.stream_seq) == (0, 2)


async def test_ids_are_remembered_over_a_restart(bench: Bench) -> None:
    await bench.make()
    headers = {"Nats-Msg-Id": "once"}
    await bench.put("m", headers=headers)
    await restart(bench)
    ack = await bench.js.publish(bench.on("m"), b"", headers=headers)
    assert (ack.seq, ack.duplicate) == (1, True)


async def test_ids_are_remembered_over_a_kill(bench: Bench) -> None:
    await bench.make()
    headers = {"Nats-Msg-Id": "once"}
    await bench.put("m", headers=headers)
    await bench.backend.kill()
    await bench.backend.start()
    await back(bench)
    ack = await bench.js.publish(bench.on("m"), b"", headers=headers)
    assert (ack.seq, ack.duplicate) == (1, True)


async def test_what_was_acknowledged_stays_so_after_a_kill(bench: Bench) -> None:
    sub = await bench.stream(messages=3)
    await settle((await sub.fetch(1))[0])
    await bench.backend.kill()
    await bench.backend.start()
    await back(bench)
    assert seqs(await fetched(sub, timeout=2)) == [2, 3]


async def test_sequences_go_on_after_a_purge_and_a_restart(bench: Bench) -> None:
    await bench.make()
    await bench.put("m", "m")
    await bench.js.purge_stream(bench.name)
    await restart(bench)
    assert await bench.put("m") == [3]


async def test_a_publish_while_the_server_restarts_is_sent_when_it_is_back(bench: Bench) -> None:
    await bench.make()
    await bench.backend.stop()
    await asyncio.sleep(0.1)
    sending = asyncio.create_task(bench.js.publish(bench.on("m"), b"", timeout=20))
    await asyncio.sleep(0.3)
    await bench.backend.start()
    assert (await sending).seq == 1
    assert (await bench.state()).messages == 1


async def test_a_publish_in_vain_times_out_while_the_client_reconnects(bench: Bench) -> None:
    await bench.make()
    await bench.backend.stop()
    await asyncio.sleep(0.1)
    start_s = bench.now()
    with raises(nats.errors.TimeoutError):
        await bench.js.publish(bench.on("m"), b"", timeout=0.5)
    bench.took(start_s, 0.5)


async def test_a_waiting_fetch_ends_in_a_timeout_when_the_server_restarts(bench: Bench) -> None:
    sub = await bench.stream()
    start_s = bench.now()
    waiting = asyncio.create_task(sub.fetch(1, timeout=3))
    await asyncio.sleep(0.2)
    await restart(bench)
    await bench.put("m")
    with raises(nats.errors.TimeoutError):
        await waiting
    bench.took(start_s, 3)
    assert attempts(await sub.fetch(1, timeout=5)) == [(1, 1)]


async def test_a_fetch_while_the_client_reconnects_is_sent_when_it_is_back(bench: Bench) -> None:
    sub = await bench.stream(messages=1)
    await bench.backend.stop()
    await asyncio.sleep(0.1)
    waiting = asyncio.create_task(sub.fetch(1, timeout=20))
    await asyncio.sleep(0.3)
    await bench.backend.start()
    assert attempts(await waiting) == [(1, 1)]


async def test_the_client_tells_when_it_reconnects(bench: Bench) -> None:
    await bench.make()
    assert bench.backend.nats.is_connected
    await bench.backend.stop()
    with raises(nats.errors.TimeoutError):
        await bench.js.publish(bench.on("m"), b"", timeout=0.5)
    assert not bench.backend.nats.is_connected
    await bench.backend.start()
    await back(bench)
    assert bench.backend.nats.is_connected


async def test_a_stream_in_memory_is_gone_after_a_restart(bench: Bench) -> None:
    await bench.stream_in_memory()
    await restart(bench)
    await bench.is_gone()


async def test_a_stream_in_memory_is_gone_after_a_kill(bench: Bench) -> None:
    await bench.stream_in_memory()
    await bench.backend.kill()
    await bench.backend.start()
    await back(bench)
    await bench.is_gone()


async def test_a_stream_in_memory_begins_anew_when_it_is_made_again(bench: Bench) -> None:
    headers = {"Nats-Msg-Id": "once"}
    await bench.stream_in_memory()
    await bench.put("m", headers=headers)
    await restart(bench)
    await bench.make(storage="memory")
    ack = await bench.js.publish(bench.on("m"), b"", headers=headers)
    assert (ack.seq, ack.duplicate) == (1, None)
    assert (await bench.state()).consumer_count == 0


async def test_a_consumer_in_memory_is_gone_after_a_restart(bench: Bench) -> None:
    await bench.stream(messages=3, mem_storage=True)
    await restart(bench)
    with raises(NotFoundError):
        await bench.info()
    assert seqs(await fetched(await bench.consumer(mem_storage=True))) == [1, 2, 3]
