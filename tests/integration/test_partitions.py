"""The toy stream of `docs/scaling.md` on a real NATS server: what partitions keep, and what not."""

import asyncio
import re
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress

from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig, StreamSource, SubjectTransform
from nats.js.errors import NotFoundError
from pytest import MonkeyPatch, mark

from benchmarks import partitions
from benchmarks.partitions import HOT, TOY, Message, even, follow, lopsided, names, publish, toy
from tests.house.tree import ROOT
from tests.real.tiers import UNHURRIED

pytestmark = UNHURRIED

COUNT = 400
WHOLE = "whole"
ARCHIVE = "ARCHIVE"
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


def test_the_subjects_that_are_designed_do_what_the_page_says() -> None:
    page = (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8")
    [(source, destination)] = re.findall(r"`(event\.\*\S+)` becomes `(event\.\S+)`", page)
    sent = [f"event.{it}.{n}" for n in range(20) for it in ("ticket.created", "order.created")]

    async def story() -> tuple[list[str], list[str], list[str], list[int | None]]:
        async with toy() as jetstream:
            config = (await jetstream.stream_info(TOY)).config
            config.subjects = ["event.>", "dead-letter.>"]
            config.subject_transform = SubjectTransform(src=source, dest=destination)
            await jetstream.update_stream(config)
            for subject in ("dead-letter.orders.order.created", *sent):
                await jetstream.publish(subject)
            halves = [
                await jetstream.add_consumer(TOY, orders(name, partitions))
                for name, partitions in (("orders-0", range(8)), ("orders-1", range(8, 16)))
            ]
            stored = await subjects(jetstream, TOY)
            await jetstream.add_stream(name=ARCHIVE, mirror=StreamSource(name=TOY))
            await until_mirrored(jetstream, len(stored))
            await jetstream.purge_stream(TOY, subject="event.*.*.*.7")
            left, kept = [await subjects(jetstream, it) for it in (TOY, ARCHIVE)]
            return stored, left, kept, [it.num_pending for it in halves]

    (letter, *stored), left, kept, pending = asyncio.run(asyncio.wait_for(story(), WITHIN_S))
    assert letter == "dead-letter.orders.order.created"
    tickets, placed = stored[::2], stored[1::2]
    assert [it.split(".")[1] for it in tickets] == [it.split(".")[1] for it in placed]
    assert len({it.split(".")[1] for it in tickets}) > 1
    assert sum(it or 0 for it in pending) == len(placed)
    assert set(stored) - set(left) == {it for it in stored if it.endswith(".7")}
    assert kept == [letter, *stored]


def orders(name: str, partitions: Iterable[int]) -> ConsumerConfig:
    asked = [f"event.{number}.order.*.*" for number in partitions]
    return ConsumerConfig(durable_name=name, filter_subjects=asked, ack_policy=AckPolicy.EXPLICIT)


async def subjects(jetstream: JetStreamContext, stream: str) -> list[str]:
    state = (await jetstream.stream_info(stream)).state
    found: list[str] = []
    for number in range(1, state.last_seq + 1):
        with suppress(NotFoundError):
            found.append(str((await jetstream.get_msg(stream, number)).subject))
    return found


async def until_mirrored(jetstream: JetStreamContext, count: int) -> None:
    while True:
        if (await jetstream.stream_info(ARCHIVE)).state.messages == count:
            return
        await asyncio.sleep(0.02)


async def until_empty(jetstream: JetStreamContext, durable: str) -> None:
    while True:
        info = await jetstream.consumer_info(TOY, durable)
        if not (info.num_pending or info.num_ack_pending):
            return
        await asyncio.sleep(0.02)
