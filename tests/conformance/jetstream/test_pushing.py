"""Push consumers: what a stream has, handed out unasked to who listens."""

from typing import Any

import nats.js.errors
from pytest import raises

from tests.conformance.jetstream.bench import Bench


async def heard(sub: Any, count: int) -> list[int]:
    """The sequences of the next messages, each acknowledged."""
    found = []
    for _ in range(count):
        message = await sub.next_msg(timeout=5)
        found.append(message.metadata.sequence.stream)
        await message.ack_sync(timeout=5)
    return found


async def test_a_subscription_has_what_is_there_and_what_comes(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b")
    sub = await bench.js.subscribe(bench.on(">"))
    await bench.put("c")
    assert await heard(sub, 3) == [1, 2, 3]
    info = await sub.consumer_info()
    assert (info.num_pending, info.num_ack_pending, info.push_bound) == (0, 0, True)
    assert info.num_waiting in (0, None)


async def test_a_callback_acknowledges_by_itself_unless_it_fails(bench: Bench) -> None:
    await bench.make()
    got: list[str] = []

    async def take(message: Any) -> None:
        got.append(message.subject)
        if message.subject.endswith("bad"):
            raise ValueError

    sub = await bench.js.subscribe(bench.on(">"), durable="d", cb=take)
    await bench.put("a", "bad", "b")

    async def outstanding() -> int | None:
        return (await sub.consumer_info()).num_ack_pending

    await bench.eventually(outstanding, 1)
    assert got == [bench.on(it) for it in ("a", "bad", "b")]


async def test_what_is_not_acknowledged_comes_again(bench: Bench) -> None:
    await bench.make()
    config = {"ack_wait": 0.5, "ack_policy": "explicit", "durable_name": "d"}
    await bench.js.add_consumer(
        bench.name, deliver_subject=bench.backend.nats.new_inbox(), **config
    )
    sub = await bind(bench, "d")
    began_s = bench.now()  # it may be handed out before its publisher has been answered
    await bench.put("a")
    first, again = [await sub.next_msg(timeout=5) for _ in range(2)]
    bench.took(began_s, 0.5)
    assert [it.metadata.num_delivered for it in (first, again)] == [1, 2]
    await again.ack_sync(timeout=5)


async def bind(bench: Bench, name: str) -> Any:
    info = await bench.info(name)
    return await bench.js.subscribe_bind(stream=bench.name, config=info.config, consumer=name)


async def test_a_nak_brings_it_back_at_once(bench: Bench) -> None:
    await bench.make()
    sub = await bench.js.subscribe(bench.on(">"), durable="d", manual_ack=True)
    await bench.put("a")
    await (await sub.next_msg(timeout=5)).nak()
    message = await sub.next_msg(timeout=5)
    assert message.metadata.num_delivered == 2
    await message.term()


async def test_so_many_are_out_and_no_more(bench: Bench) -> None:
    await bench.make()
    config = {"max_ack_pending": 2, "ack_policy": "explicit", "durable_name": "d"}
    await bench.js.add_consumer(
        bench.name, deliver_subject=bench.backend.nats.new_inbox(), **config
    )
    sub = await bind(bench, "d")
    await bench.put(*"abc")
    first = await sub.next_msg(timeout=5)
    await sub.next_msg(timeout=5)
    with raises(TimeoutError):
        await sub.next_msg(timeout=0.2)
    await first.ack()
    assert (await sub.next_msg(timeout=5)).metadata.sequence.stream == 3


async def test_messages_wait_for_who_listens(bench: Bench) -> None:
    await bench.make()
    await bench.js.add_consumer(
        bench.name, durable_name="d", deliver_subject=f"to.{bench.name}", ack_policy="explicit"
    )
    await bench.put("a", "b")
    await bench.pending(2, "d")
    assert not (await bench.info("d")).push_bound
    sub = await bind(bench, "d")
    assert await heard(sub, 2) == [1, 2]
    await sub.unsubscribe()
    await bench.flushed()
    await bench.put("c")
    await bench.pending(1, "d")
    assert await heard(await bind(bench, "d"), 1) == [3]


async def test_one_of_a_group_has_each(bench: Bench) -> None:
    await bench.make()
    got: list[tuple[int, int]] = []

    def noted(who: int) -> Any:
        async def note(message: Any) -> None:
            got.append((who, message.metadata.sequence.stream))

        return note

    for who in range(2):
        js = (await bench.backend.another()).jetstream()
        await js.subscribe(bench.on(">"), queue="workers", cb=noted(who))
    await bench.put(*["m"] * 40)

    async def count() -> int:
        return len(got)

    await bench.eventually(count, 40)
    assert sorted(seq for _, seq in got) == list(range(1, 41))
    assert {who for who, _ in got} == {0, 1}


async def test_a_second_subscriber_without_a_group_is_refused(bench: Bench) -> None:
    await bench.make()
    await bench.js.subscribe(bench.on(">"), durable="d")
    with raises(nats.js.errors.Error, match="already bound"):
        await bench.js.subscribe(bench.on(">"), durable="d")


async def test_a_deleted_consumer_hands_out_nothing(bench: Bench) -> None:
    await bench.make()
    sub = await bench.js.subscribe(bench.on(">"), durable="d")
    await bench.js.delete_consumer(bench.name, "d")
    await bench.put("a")
    with raises(TimeoutError):
        await sub.next_msg(timeout=0.2)
