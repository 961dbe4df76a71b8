"""The toy stream of `docs/growth.md` on a real NATS server: what partitions keep, and what not."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable

from nats.js import JetStreamContext
from pytest import MonkeyPatch, mark

from benchmarks import partitions
from benchmarks.partitions import HOT, TOY, Message, even, follow, lopsided, names, publish, toy
from tests.real.tiers import UNHURRIED

pytestmark = UNHURRIED

COUNT = 400
WHOLE = "whole"
WITHIN_S = 60.0


class Heard:
    """Takes down which versions of each aggregate have come, and on which partition."""

    def __init__(self) -> None:
        self.versions: dict[str, list[int]] = defaultdict(list)
        self.on: dict[str, set[str]] = defaultdict(set)

    async def __call__(self, durable: str, aggregate: str, version: int) -> None:
        self.on[aggregate].add(durable)
        self.versions[aggregate].append(version)


def expected(messages: Iterable[Message]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for aggregate, version in messages:
        found[aggregate].append(version)
    return found


@mark.parametrize("count", [1, 2, 4])
def test_an_aggregate_has_one_partition_and_comes_there_in_its_order(count: int) -> None:
    heard = Heard()

    async def story() -> None:
        async with toy(count) as jetstream:
            await publish(jetstream, even(COUNT))
            await partitions.until_handled(jetstream, names(count), heard, COUNT)

    asyncio.run(story())
    assert heard.versions == expected(even(COUNT))
    assert all(len(it) == 1 for it in heard.on.values())
    assert {it for on in heard.on.values() for it in on} == set(names(count))


def test_whoever_dies_with_a_message_in_hand_it_comes_again_before_the_next(
    monkeypatch: MonkeyPatch,
) -> None:
    monkeypatch.setattr(partitions, "ACK_WAIT_S", 0.5)
    heard = Heard()
    dies_after = COUNT // 4

    async def story() -> None:
        async with toy(1) as jetstream:
            await publish(jetstream, even(COUNT))
            in_hand = asyncio.Event()

            async def until_it_dies(durable: str, aggregate: str, version: int) -> None:
                if sum(map(len, heard.versions.values())) == dies_after:
                    in_hand.set()
                    await asyncio.Event().wait()
                await heard(durable, aggregate, version)

            dying = asyncio.create_task(follow(jetstream, "0", until_it_dies))
            await asyncio.wait_for(in_hand.wait(), WITHIN_S)
            dying.cancel()
            await partitions.until_handled(jetstream, names(1), heard, COUNT - dies_after)

    asyncio.run(asyncio.wait_for(story(), WITHIN_S))
    assert heard.versions == expected(even(COUNT))


def test_a_hot_aggregate_stops_its_own_partition_and_no_other() -> None:
    heard = Heard()
    begun, goes_on = asyncio.Event(), asyncio.Event()

    async def handle(durable: str, aggregate: str, version: int) -> None:
        if aggregate == HOT:
            heard.on[HOT].add(durable)
            begun.set()
            await goes_on.wait()
        await heard(durable, aggregate, version)

    async def story() -> tuple[dict[str, list[int]], str]:
        async with toy(2) as jetstream:
            await publish(jetstream, lopsided(COUNT))
            handling = partitions.until_handled(jetstream, names(2), handle, 2 * COUNT)
            task = asyncio.create_task(handling)
            await begun.wait()
            [hot] = heard.on[HOT]
            [other] = {*names(2)} - {hot}
            await until_empty(jetstream, other)
            meanwhile = {it: [*versions] for it, versions in heard.versions.items()}
            goes_on.set()
            await task
            return meanwhile, other

    meanwhile, other = asyncio.run(asyncio.wait_for(story(), WITHIN_S))
    beside = {it for it, where in heard.on.items() if where == {other}}
    behind = heard.on.keys() - beside - {HOT}
    assert beside
    assert behind
    whole = expected(lopsided(COUNT))
    assert {it: meanwhile[it] for it in beside} == {it: whole[it] for it in beside}
    # What its own partition had handed out before it came, and nothing after that.
    assert all(len(meanwhile.get(it, [])) <= 1 for it in behind)
    assert heard.versions == whole


def test_a_stream_is_divided_while_it_is_published_to_and_keeps_each_order() -> None:
    heard = Heard()

    async def story() -> int:
        async with toy() as jetstream:
            await partitions.add_durable(jetstream, WHOLE, "toy.*")
            third = COUNT // 3
            first, meanwhile = even(COUNT)[:third], even(COUNT)[third : 2 * third]
            await publish(jetstream, first)
            going_on = asyncio.create_task(publish(jetstream, meanwhile))
            await partitions.divide(jetstream, 2)
            await going_on
            await publish(jetstream, even(COUNT)[2 * third :])
            before = (await jetstream.consumer_info(TOY, WHOLE)).num_pending or 0
            await partitions.until_handled(jetstream, [WHOLE], heard, before)
            await until_empty(jetstream, WHOLE)
            await partitions.until_handled(jetstream, names(2), heard, COUNT - before)
            return before

    before = asyncio.run(asyncio.wait_for(story(), WITHIN_S))
    assert COUNT // 3 <= before < COUNT
    assert heard.versions == expected(even(COUNT))


async def until_empty(jetstream: JetStreamContext, durable: str) -> None:
    while True:
        info = await jetstream.consumer_info(TOY, durable)
        if not (info.num_pending or info.num_ack_pending):
            return
        await asyncio.sleep(0.02)
