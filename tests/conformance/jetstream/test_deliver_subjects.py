"""A push consumer that is made a second time with another deliver subject, as by a race."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from nats.js.errors import APIError, BadRequestError
from pytest import raises

from tests.conformance.jetstream.bench import Bench

Json = dict[str, Any]


async def make(bench: Bench, **config: Any) -> Json:
    """Make or update consumer `d`, and return the configuration that it has then."""
    asked = {"durable_name": "d", "ack_policy": "explicit"} | config
    info = await bench.js.add_consumer(bench.name, **asked)
    return info.config.as_dict()


async def listen(bench: Bench, to: str, queue: str = "", connection: Any = None) -> list[Any]:
    """Subscribe, and return the list in which messages will be."""
    heard: list[Any] = []

    async def note(message: Any) -> None:
        heard.append(message)

    connection = connection or bench.backend.nats
    await connection.subscribe(to, queue=queue, cb=note)
    await bench.flushed(connection)
    return heard


def count(heard: list[Any]) -> Callable[[], Awaitable[int]]:
    async def look() -> int:
        return len(heard)

    return look


def attempts(heard: list[Any]) -> list[tuple[int, int]]:
    return [(it.metadata.sequence.stream, it.metadata.num_delivered) for it in heard]


async def test_of_two_creates_the_second_is_delivered_to(bench: Bench) -> None:
    await bench.make()
    one, other = f"one.{bench.name}", f"other.{bench.name}"
    await make(bench, deliver_subject=one, deliver_group="g")
    assert (await make(bench, deliver_subject=other, deliver_group="g"))["deliver_subject"] == other
    deaf = await listen(bench, one, "g")
    assert not (await bench.info("d")).push_bound
    heard = await listen(bench, other, "g")
    info = await bench.info("d")
    assert (info.push_bound, info.config.deliver_subject) == (True, other)
    await bench.put("a", "b")
    await bench.eventually(count(heard), 2)
    assert not deaf


async def test_a_member_that_comes_later_is_bound_after_such_a_race(bench: Bench) -> None:
    await bench.make()
    one, other = f"one.{bench.name}", f"other.{bench.name}"
    await make(bench, deliver_subject=one, deliver_group="d")
    await make(bench, deliver_subject=other, deliver_group="d")
    await listen(bench, one, "d")
    late = (await bench.backend.another()).jetstream(timeout=5)
    sub = await late.subscribe(bench.on(">"), durable="d", queue="d", manual_ack=True)
    await bench.put("a")
    await (await sub.next_msg(timeout=5)).ack_sync(timeout=5)
    info = await bench.info("d")
    assert (info.push_bound, info.num_pending, info.num_ack_pending) == (True, 0, 0)


async def test_it_does_not_move_from_who_listens_be_it_in_another_group(bench: Bench) -> None:
    await bench.make()
    one, other = f"one.{bench.name}", f"other.{bench.name}"
    await make(bench, deliver_subject=one, deliver_group="g")
    for queue in ("h", "g"):
        heard = await listen(bench, one, queue)
        with raises(BadRequestError) as refused:
            await make(bench, deliver_subject=other, deliver_group="g")
        assert refused.value.err_code == 10013
        assert refused.value.description == "consumer name already in use"
    await bench.put("a")
    await bench.eventually(count(heard), 1)
    assert (await bench.info("d")).config.deliver_subject == one


async def test_a_late_create_with_another_inbox_fails_at_its_subscriber(bench: Bench) -> None:
    await bench.make()
    await bench.js.subscribe(bench.on(">"), queue="d")
    await bench.flushed()
    with raises(BadRequestError, match="consumer name already in use"):
        await make(
            bench,
            deliver_subject=bench.backend.nats.new_inbox(),
            deliver_group="d",
            filter_subject=bench.on(">"),
        )


async def test_what_is_out_comes_again_at_once_where_it_goes_now(bench: Bench) -> None:
    await bench.make()
    one, other = f"one.{bench.name}", f"other.{bench.name}"
    await make(bench, deliver_subject=one)
    first = await bench.backend.nats.subscribe(one)
    await bench.flushed()
    await bench.put("a", "b", "c")
    for _ in range(3):
        last = await first.next_msg(timeout=5)
    await last.ack_sync(timeout=5)
    await first.unsubscribe()
    await bench.flushed()
    await make(bench, deliver_subject=other)
    heard = await listen(bench, other)
    await bench.put("d")
    await bench.eventually(count(heard), 3)
    assert attempts(heard) == [(1, 2), (2, 2), (4, 1)]


async def test_what_was_delivered_often_enough_is_given_up_then(bench: Bench) -> None:
    await bench.make()
    one, other = f"one.{bench.name}", f"other.{bench.name}"
    await make(bench, deliver_subject=one, max_deliver=1)
    first = await bench.backend.nats.subscribe(one)
    await bench.flushed()
    await bench.put("a")
    await first.next_msg(timeout=5)
    await first.unsubscribe()
    await bench.flushed()
    await make(bench, deliver_subject=other, max_deliver=1)
    assert (await bench.info("d")).num_ack_pending == 0
    assert [it["stream_seq"] for it in await bench.advisories(1)] == [1]


async def test_what_is_out_comes_again_to_who_listens_already(bench: Bench) -> None:
    await bench.make()
    one, other = f"one.{bench.name}", f"other.{bench.name}"
    await make(bench, deliver_subject=one)
    first = await bench.backend.nats.subscribe(one)
    heard = await listen(bench, other)
    await bench.put("a")
    await first.next_msg(timeout=5)
    await first.unsubscribe()
    await bench.flushed()
    await make(bench, deliver_subject=other)
    await bench.eventually(count(heard), 1)
    assert attempts(heard) == [(1, 2)]


async def test_a_higher_limit_lets_out_at_once_what_waited_for_it(bench: Bench) -> None:
    await bench.make()
    to = f"to.{bench.name}"
    await make(bench, deliver_subject=to, max_ack_pending=1)
    heard = await listen(bench, to)
    await bench.put("a", "b")
    await bench.eventually(count(heard), 1)
    await make(bench, deliver_subject=to, max_ack_pending=2)
    await bench.eventually(count(heard), 2)


async def test_a_higher_limit_answers_a_fetch_that_waited_for_it(bench: Bench) -> None:
    sub = await bench.stream(messages=2, max_ack_pending=1)
    await sub.fetch(1, timeout=5)
    fetch = asyncio.ensure_future(sub.fetch(1, timeout=5))

    async def waiting() -> int | None:
        return (await bench.info()).num_waiting

    await bench.eventually(waiting, 1)
    began_s = bench.now()
    await make(bench, durable_name="c", name="c", max_ack_pending=2)
    assert [it.metadata.sequence.stream for it in await fetch] == [2]
    bench.took(began_s, 0.0)


async def test_who_listens_already_has_what_waited(bench: Bench) -> None:
    await bench.make()
    one, other = f"one.{bench.name}", f"other.{bench.name}"
    await make(bench, deliver_subject=one)
    heard = await listen(bench, other)
    await bench.put("a")
    await make(bench, deliver_subject=other)
    await bench.eventually(count(heard), 1)
    assert attempts(heard) == [(1, 1)]


async def test_two_consumers_deliver_to_one_subject(bench: Bench) -> None:
    await bench.make()
    to = f"to.{bench.name}"
    for name in ("d", "e"):
        await make(bench, durable_name=name, deliver_subject=to)
    await bench.put("a")
    heard = await listen(bench, to)
    await bench.eventually(count(heard), 2)
    assert sorted(it.metadata.consumer for it in heard) == ["d", "e"]
    await bench.js.delete_consumer(bench.name, "d")
    await bench.put("b")
    await bench.eventually(count(heard), 3)


async def test_some_of_a_consumer_stays_as_it_was_made(bench: Bench) -> None:
    await bench.make()
    push = {"deliver_subject": f"to.{bench.name}", "idle_heartbeat": 5}
    refusals = []
    for name, made, asked in (
        ("p", push, push | {"idle_heartbeat": 6}),
        ("p", push, push | {"flow_control": True}),
        ("p", push, push | {"mem_storage": True}),
        ("p", push, {}),
        ("q", {"deliver_subject": f"to.{bench.name}"}, {}),
        ("r", {}, {"deliver_subject": f"to.{bench.name}"}),
        ("r", {}, {"max_waiting": 7}),
    ):
        before = await make(bench, durable_name=name, **made)
        with raises(APIError) as refused:
            await make(bench, durable_name=name, **asked)
        refusals.append((refused.value.code, refused.value.err_code, refused.value.description))
        assert (await bench.info(name)).config.as_dict() == before
    assert {it[:2] for it in refusals} == {(500, 10012)}
    assert [words for _, _, words in refusals] == [
        "heart beats can not be updated",
        "flow control can not be updated",
        "storage type can not be updated",
        "heart beats can not be updated",
        "can not update push consumer to pull based",
        "can not update pull consumer to push based",
        "max waiting can not be updated",
    ]


async def test_another_group_alone_changes_nothing_for_who_listens(bench: Bench) -> None:
    await bench.make()
    to = f"to.{bench.name}"
    await make(bench, deliver_subject=to, deliver_group="g")
    heard = await listen(bench, to, "g")
    config = await make(bench, deliver_subject=to, deliver_group="h")
    assert config["deliver_group"] == "h"
    await bench.put("a")
    await bench.eventually(count(heard), 1)


async def test_a_threshold_set_later_ends_who_is_not_heard(bench: Bench) -> None:
    await bench.make()
    to = f"to.{bench.name}"
    await make(bench, deliver_subject=to)
    await make(bench, deliver_subject=to, inactive_threshold=0.3)

    async def consumers() -> int:
        return (await bench.state()).consumer_count

    await bench.eventually(consumers, 0)
