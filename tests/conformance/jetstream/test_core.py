"""Core NATS: who listens hears, once, and now; requests and their replies."""

import asyncio

import nats.errors
from pytest import raises

from tests.conformance.jetstream.bench import Bench

SOON_S = 0.1


async def heard(sub, count: int) -> list[bytes]:
    return [(await sub.next_msg(timeout=5)).data for _ in range(count)]


async def test_a_message_reaches_all_who_listen_in_its_order(bench: Bench) -> None:
    one, two = bench.backend.nats, await bench.backend.another()
    subs = [await nc.subscribe(bench.on("news.*")) for nc in (one, two)]
    other = await one.subscribe(bench.on("else"))
    await bench.flushed(two)
    for n in range(20):
        await one.publish(bench.on("news.a"), str(n).encode(), headers={"N": str(n)})
    for sub in subs:
        assert await heard(sub, 20) == [str(n).encode() for n in range(20)]
    assert (other.pending_msgs, subs[0].delivered) == (0, 20)


async def test_headers_and_reply_come_with_a_message(bench: Bench) -> None:
    nc = bench.backend.nats
    sub = await nc.subscribe(bench.on("a"))
    await nc.publish(bench.on("a"), b"x", reply="r", headers={"K": "v"})
    message = await sub.next_msg()
    assert (message.subject, message.reply, message.headers) == (bench.on("a"), "r", {"K": "v"})


async def test_what_nobody_listens_to_is_kept_for_nobody(bench: Bench) -> None:
    nc = bench.backend.nats
    await nc.publish(bench.on("a"), b"early")
    await bench.flushed(nc)
    sub = await nc.subscribe(bench.on("a"))
    await nc.publish(bench.on("a"), b"late")
    assert await heard(sub, 1) == [b"late"]
    with raises(nats.errors.TimeoutError):
        await sub.next_msg(timeout=SOON_S)


async def test_one_of_a_group_has_each_message(bench: Bench) -> None:
    got: list[tuple[str, bytes]] = []
    one, two = bench.backend.nats, await bench.backend.another()

    def noted(who: str):
        async def note(message) -> None:
            got.append((who, message.data))

        return note

    for who, nc in (("one", one), ("two", two), ("three", two)):
        await nc.subscribe(bench.on("work"), queue="workers", cb=noted(who))
    alone = await one.subscribe(bench.on("work"))
    await bench.flushed(two)
    for n in range(60):
        await one.publish(bench.on("work"), str(n).encode())
    assert len(await heard(alone, 60)) == 60

    async def count() -> int:
        return len(got)

    await bench.eventually(count, 60)
    assert sorted(int(data) for _, data in got) == list(range(60))
    assert {who for who, _ in got} == {"one", "two", "three"}


async def test_a_request_has_the_reply_of_who_answers(bench: Bench) -> None:
    one, two = bench.backend.nats, await bench.backend.another()

    async def answer(message) -> None:
        await message.respond(b"<" + message.data + b">")

    await two.subscribe(bench.on("ask"), cb=answer)
    await bench.flushed(two)
    replies = await asyncio.gather(
        *(one.request(bench.on("ask"), str(n).encode(), timeout=5) for n in range(5))
    )
    assert [it.data for it in replies] == [f"<{n}>".encode() for n in range(5)]


async def test_a_request_that_nobody_hears_is_refused_and_one_unanswered_times_out(
    bench: Bench,
) -> None:
    nc = bench.backend.nats
    with raises(nats.errors.NoRespondersError):
        await nc.request(bench.on("ask"), b"", timeout=5)
    await nc.subscribe(bench.on("ask"))
    began_s = bench.now()
    with raises(nats.errors.TimeoutError):
        await nc.request(bench.on("ask"), b"", timeout=0.3)
    bench.took(began_s, 0.3)


async def test_an_inbox_of_ones_own_collects_replies(bench: Bench) -> None:
    nc = bench.backend.nats

    async def answer(message) -> None:
        for word in (b"a", b"b"):
            await message.respond(word)

    await nc.subscribe(bench.on("ask"), cb=answer)
    inbox = nc.new_inbox()
    replies = await nc.subscribe(inbox)
    await nc.publish(bench.on("ask"), b"", reply=inbox)
    assert await heard(replies, 2) == [b"a", b"b"]


async def test_who_has_unsubscribed_hears_no_more(bench: Bench) -> None:
    nc = bench.backend.nats
    now, later = [await nc.subscribe(bench.on("a")) for _ in range(2)]
    await now.unsubscribe()
    await later.unsubscribe(limit=2)
    for n in range(4):
        await nc.publish(bench.on("a"), str(n).encode())
    await bench.flushed(nc)
    assert await heard(later, 2) == [b"0", b"1"]
    assert later.pending_msgs == 0
    with raises(nats.errors.BadSubscriptionError):
        await now.unsubscribe()


async def test_a_subscription_of_two_messages_ends_by_itself(bench: Bench) -> None:
    nc = bench.backend.nats
    sub = await nc.subscribe(bench.on("a"), max_msgs=2)
    for n in range(4):
        await nc.publish(bench.on("a"), str(n).encode())
    await bench.flushed(nc)
    assert await heard(sub, 2) == [b"0", b"1"]
    assert sub.pending_msgs == 0


async def test_messages_are_walked_over(bench: Bench) -> None:
    nc = bench.backend.nats
    sub = await nc.subscribe(bench.on(">"))
    for n in range(3):
        await nc.publish(bench.on(f"a.{n}"))
    found = []
    async for message in sub.messages:
        found.append(message.subject)
        if len(found) == 3:
            break
    assert found == [bench.on(f"a.{n}") for n in range(3)]


async def test_a_drain_works_off_what_has_come(bench: Bench) -> None:
    nc, got = await bench.backend.another(), []

    async def slowly(message) -> None:
        await asyncio.sleep(0.01)
        got.append(message.data)

    sub = await nc.subscribe(bench.on("a"), cb=slowly)
    for n in range(5):
        await nc.publish(bench.on("a"), str(n).encode())
    await bench.flushed(nc)
    await sub.drain()
    assert len(got) == 5
    await nc.drain()
    assert nc.is_closed
    with raises(nats.errors.ConnectionClosedError):
        await nc.subscribe(bench.on("a"))


async def test_what_a_stream_stores_is_heard_too(bench: Bench) -> None:
    await bench.make()
    nc = bench.backend.nats
    sub = await nc.subscribe(bench.on("m"))
    assert await bench.put("m") == [1]
    replies = await nc.subscribe(nc.new_inbox())
    await nc.publish(bench.on("m"), b"y", reply=replies.subject)
    assert await heard(sub, 2) == [b"m", b"y"]
    assert b'"seq":2' in (await heard(replies, 1))[0].replace(b" ", b"")


async def test_no_subject_at_all_is_refused(bench: Bench) -> None:
    for subject in ("", "a b", "a..b"):
        with raises(nats.errors.BadSubjectError):
            await bench.backend.nats.subscribe(subject)


async def test_subscriptions_come_back_after_a_restart(bench: Bench) -> None:
    nc = bench.backend.nats
    sub = await nc.subscribe(bench.on("a"))
    await bench.flushed(nc)
    await bench.backend.kill()
    await bench.backend.start()
    for _ in range(200):
        await asyncio.sleep(0.05)
        if nc.is_connected:
            await nc.publish(bench.on("a"), b"x")
            await asyncio.sleep(0.05)
        if sub.pending_msgs:
            return
    raise AssertionError("nothing is heard any more")
