"""Which messages a consumer gets, and from where on."""

from nats.js.api import ConsumerConfig
from nats.js.errors import BadRequestError, ServerError
from pytest import raises

from tests.conformance.jetstream.bench import Bench, fetched, seqs, settle

SUBJECTS = ("order.created", "order.cancelled", "ticket.created", "order.a.b", "payment")


async def got(bench: Bench, *filters: str) -> list[int]:
    await bench.make()
    await bench.put(*SUBJECTS)
    return seqs(await fetched(await bench.consumer(filters=list(filters))))


async def test_no_filter_means_everything(bench: Bench) -> None:
    assert await got(bench) == [1, 2, 3, 4, 5]


async def test_a_single_filter(bench: Bench) -> None:
    assert await got(bench, "ticket.created") == [3]


async def test_several_filters_keep_the_order_of_the_stream(bench: Bench) -> None:
    assert await got(bench, "payment", "order.created", "ticket.created") == [1, 3, 5]


async def test_a_star_stands_for_one_token(bench: Bench) -> None:
    assert await got(bench, "order.*") == [1, 2]


async def test_a_star_may_come_first(bench: Bench) -> None:
    assert await got(bench, "*.created") == [1, 3]


async def test_the_rest_stands_for_one_token_or_more(bench: Bench) -> None:
    assert await got(bench, "order.>") == [1, 2, 4]


async def test_a_filter_that_nothing_matches_waits(bench: Bench) -> None:
    assert await got(bench, "nothing") == []
    await bench.put("nothing")
    assert seqs(await (await bench.bind()).fetch(1)) == [6]


async def test_overlapping_filters_are_refused(bench: Bench) -> None:
    await bench.make()
    with raises(BadRequestError) as refused:
        await bench.consumer(filters=["order.*", "order.created"])
    assert refused.value.err_code == 10138


async def test_one_filter_beside_several_is_refused(bench: Bench) -> None:
    await bench.make()
    with raises(BadRequestError) as refused:
        await bench.consumer(filters=["a", "b"], filter_subject=bench.on("c"))
    assert refused.value.err_code == 10137


async def test_num_pending_counts_what_the_filters_match(bench: Bench) -> None:
    await bench.make()
    await bench.put(*SUBJECTS)
    await bench.consumer(filters=["order.*", "payment"])
    assert (await bench.info()).num_pending == 3


async def test_each_message_tells_how_many_follow(bench: Bench) -> None:
    await bench.make()
    await bench.put(*SUBJECTS)
    sub = await bench.consumer(filters=["order.>"])
    assert [it.metadata.num_pending for it in await sub.fetch(3)] == [2, 1, 0]


async def test_a_new_consumer_may_begin_with_what_comes(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "a")
    sub = await bench.consumer(deliver_policy="new")
    await bench.put("a")
    assert seqs(await fetched(sub)) == [3]


async def test_a_new_consumer_may_begin_with_the_last(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a", "b")
    sub = await bench.consumer(filters=["a"], deliver_policy="last")
    await bench.put("a")
    assert seqs(await fetched(sub)) == [3, 5]


async def test_a_new_consumer_may_begin_at_a_sequence(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a", "b", "a")
    sub = await bench.consumer(filters=["a"], deliver_policy="by_start_sequence", opt_start_seq=2)
    assert seqs(await fetched(sub)) == [3, 5]


async def test_a_filter_may_change_and_the_position_stays(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a", "b")
    sub = await bench.consumer(filters=["a"])
    await settle((await sub.fetch(1))[0])
    await bench.js.add_consumer(bench.name, changed(bench, filter_subjects=[bench.on("b")]))
    assert (await bench.info()).num_pending == 2
    assert seqs(await fetched(sub)) == [2, 4]


async def test_a_wider_filter_does_not_go_back_behind_what_was_delivered(bench: Bench) -> None:
    await bench.make()
    await bench.put("a", "b", "a", "b", "a")
    sub = await bench.consumer(filters=["b"])
    await settle((await sub.fetch(1))[0])
    await bench.js.add_consumer(bench.name, changed(bench))
    assert (await bench.info()).num_pending == 3
    assert seqs(await fetched(sub)) == [3, 4, 5]


async def test_the_start_of_a_consumer_may_not_change(bench: Bench) -> None:
    await bench.stream(messages=1)
    with raises(ServerError) as refused:
        await bench.js.add_consumer(bench.name, changed(bench, deliver_policy="new"))
    assert refused.value.err_code == 10012
    assert refused.value.description == "deliver policy can not be updated"


def changed(bench: Bench, **fields: object) -> ConsumerConfig:
    """The configuration of consumer `c` of a bench, with some fields set otherwise."""
    given = {"name": "c", "durable_name": "c", "ack_policy": "explicit"} | fields
    return ConsumerConfig(**given)  # type: ignore[arg-type]
