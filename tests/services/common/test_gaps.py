"""Gaps without number: new events are heard all the while, and what was missing heals them all."""

import asyncio

import pymongo.errors
from pytest import approx, mark, param

from services.common import redelivery
from services.common.dead_letters import DeadLetters
from services.common.events import TicketCreated, TicketUpdated
from services.common.messaging import DEAD_LETTERS, LONGEST_DELAY_S, PARK_AFTER_S, STREAM
from services.common.redelivery import LOOK_AFTER, REMEMBERED, RETURNS_PER_S, Redelivery, delay_s
from services.common.versioning import Decision
from tests.real.tiers import sampled, unhurried
from tests.services.common.bench import Bench, created, run_for, told, updated
from tests.services.common.replicas import Replicas

GAPS = 1_100  # more than the thousand that JetStream hands out unless told otherwise
FEW = 200


async def many_gaps(bench: Bench, gaps: int, versions: int) -> None:
    for number in range(gaps):
        id = f"bad {number}"
        await bench.publish(created(id), *(updated(it, id) for it in range(1, versions)))


def outstanding(bench: Bench) -> int:
    return len(bench.nats.consumer(STREAM, "orders").ledger.outstanding)


@mark.parametrize(
    ("processes", "gaps", "versions"), sampled([param(3, 100, 4), param(1, GAPS, 2)], every=2)
)
def test_replaying_what_is_missing_heals_every_gap_and_new_events_are_heard(
    processes, gaps, versions
):
    async def story(bench: Bench):
        service = Replicas()
        tasks = [
            asyncio.ensure_future(bench.consumer(service.handlers).run()) for _ in range(processes)
        ]
        await many_gaps(bench, gaps, versions)
        await asyncio.sleep(PARK_AFTER_S * (processes + 1))
        letters = [it async for it in DeadLetters(bench.jetstream).each()]
        await bench.publish(created("new"))
        await asyncio.sleep(1)
        heard = service.applied["new"]
        service.broken = False
        for letter in letters:
            await DeadLetters(bench.jetstream).replay(letter)
        await asyncio.sleep(LONGEST_DELAY_S + gaps / RETURNS_PER_S)
        for task in tasks:
            task.cancel()
        left = bench.stored(DEAD_LETTERS)
        return len(letters), heard, service.healed(versions), outstanding(bench), left

    assert told(story) == (gaps, 1, gaps, 0, [])


@unhurried
def test_gaps_that_another_life_left_behind_are_healed_by_the_next():
    async def story(bench: Bench):
        service = Replicas()
        await many_gaps(bench, FEW, versions=2)
        await run_for(bench.consumer(service.handlers).run(), PARK_AFTER_S + 60)
        service.broken = False
        async for letter in DeadLetters(bench.jetstream).each():
            await DeadLetters(bench.jetstream).replay(letter)
        await run_for(bench.consumer(service.handlers).run(), 1)
        await run_for(bench.consumer(service.handlers).run(), 60)
        return service.healed(2), outstanding(bench)

    assert told(story) == (FEW, 0)


def test_a_durable_of_an_earlier_release_and_its_stream_are_changed():
    async def story(bench: Bench):
        await bench.jetstream.add_stream(
            name=STREAM, subjects=["ticket.*", f"{DEAD_LETTERS}.>"], duplicate_window=60
        )
        await bench.jetstream.add_consumer(
            STREAM,
            durable_name="orders",
            filter_subjects=["ticket.created", "ticket.updated"],
            ack_policy="explicit",
            max_deliver=-1,
        )
        await run_for(bench.consumer(Replicas().handlers).run(), 1)
        stream, consumer = bench.nats.stream(STREAM), bench.nats.consumer(STREAM, "orders")
        return stream.config["subjects"], consumer.config, stream.config["duplicate_window"]

    subjects, consumer, window = told(story)
    assert subjects[:2] == ["ticket.*", "dead-letter.>"]
    assert {"order.*", "payment.*", "replay.>"} < set(subjects)
    assert consumer["max_ack_pending"] == -1
    assert consumer["filter_subjects"] == ["ticket.created", "ticket.updated", "replay.orders.>"]
    assert window == 60_000_000_000


def test_the_more_wait_the_longer_each_stays_away(monkeypatch):
    monkeypatch.setattr(redelivery, "RETURNS_PER_S", 1.0)
    monkeypatch.setattr(redelivery, "LOOK_AFTER", 10)

    async def story(bench: Bench):
        service = Replicas()
        task = asyncio.ensure_future(bench.consumer(service.handlers).run())
        for number in range(FEW):
            await bench.publish(updated(1, f"bad {number}"))
        await asyncio.sleep(300)
        before = service.looked
        await asyncio.sleep(3_000)
        task.cancel()
        return service.looked - before

    # Once each 30 s would be 20,000 times.
    assert told(story) == approx(3_000, rel=0.1)


def test_a_gap_waits_no_longer_than_others_once_they_are_gone():
    async def story(bench: Bench):
        counts = [GAPS * 30]

        async def count() -> int:
            return counts[-1]

        given_back = Redelivery(count)
        delays = []

        class Given:
            class metadata:  # noqa: N801
                num_delivered = 20

            async def nak(self, delay):
                delays.append(delay)

        for _ in range(LOOK_AFTER):
            await given_back.give_back(Given())
        counts.append(0)
        await asyncio.sleep(60)
        await given_back.give_back(Given())
        return delays[0], delays[-2], delays[-1]

    first, many, none = told(story)
    assert (first, many, none) == (30.0, GAPS * 30 / RETURNS_PER_S, 30.0)


def test_a_version_calls_the_next_one_however_long_that_was_to_stay_away():
    async def story(bench: Bench):
        service = Replicas()
        task = asyncio.ensure_future(bench.consumer(service.handlers).run())
        await bench.publish(*(updated(version, "t") for version in (3, 2, 1)))
        await asyncio.sleep(1_000)
        await bench.publish(created("t"))
        await asyncio.sleep(0.1)
        task.cancel()
        return service.applied["t"], outstanding(bench)

    assert told(story) == (4, 0)


def test_what_is_remembered_of_gaps_is_bounded():
    async def story(bench: Bench):
        known = Redelivery(bench.loop.time)
        [message] = await _one(bench)
        for number in range(REMEMBERED + 10):
            known.wait_for(message, updated(1, str(number)))
        return known._gaps

    gaps = told(story)
    assert len(gaps) == REMEMBERED
    assert {(it.data, it.headers) for it in gaps.values()} == {(b"", None)}


def test_a_gap_that_comes_again_drives_no_other_from_memory(monkeypatch):
    monkeypatch.setattr(redelivery, "REMEMBERED", 2)

    async def story(bench: Bench):
        known = Redelivery(bench.loop.time)
        [message] = await _one(bench)
        for aggregate in ("a", "b", "a", "a"):
            known.wait_for(message, updated(3, aggregate))
        return [aggregate for _, aggregate, _ in known._gaps]

    assert told(story) == ["b", "a"]


async def _one(bench: Bench) -> list:
    await bench.publish(created())
    await bench.jetstream.add_consumer(STREAM, durable_name="c", ack_policy="explicit")
    subscription = await bench.jetstream.pull_subscribe_bind(durable="c", stream=STREAM)
    return list(await subscription.fetch(1))


def test_an_outage_of_the_store_during_many_gaps_parks_nothing():
    async def story(bench: Bench):
        service, away = Replicas(), [True]

        async def sometimes(event: TicketCreated) -> Decision:
            if away[0]:
                raise pymongo.errors.AutoReconnect("gone")
            return await service(event)

        handlers = {TicketCreated: sometimes, TicketUpdated: sometimes}
        service.broken = False
        task = asyncio.ensure_future(bench.consumer(handlers).run())
        for number in range(FEW):
            await bench.publish(updated(1, f"bad {number}"))
        await asyncio.sleep(600)
        away[0] = False
        await many_gaps(bench, FEW, versions=1)
        await asyncio.sleep(120)
        task.cancel()
        return service.healed(2), bench.stored(DEAD_LETTERS), outstanding(bench)

    assert told(story) == (FEW, [], 0)


def test_delays_grow_and_have_a_bound_as_long_as_few_wait():
    assert [delay_s(attempt, waiting=3_000) for attempt in (1, 5, 6, 9, 60)] == [
        0.05,
        0.8,
        30.0,
        30.0,
        30.0,
    ]
    assert delay_s(60, waiting=2_000) == 30.0
