"""What is remembered of a message's failures: its own, for as long as it is of use, and no more."""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pytest import MonkeyPatch

from services.common import failures
from services.common.events import TicketCreated
from services.common.failures import PARK_AFTER, PARK_AFTER_S, Failures
from services.common.messaging import STREAM
from services.common.versioning import Decision
from tests.services.common.bench import Bench, created, run_for, told

MIDNIGHT = datetime(2026, 1, 1, tzinfo=UTC)


@dataclass
class Sequence:
    stream: int


@dataclass
class Metadata:
    sequence: Sequence
    timestamp: datetime = MIDNIGHT


@dataclass
class Failed:
    """As much of a message as is looked at."""

    number: int
    at: datetime = MIDNIGHT
    metadata: Metadata = field(init=False)

    def __post_init__(self) -> None:
        self.metadata = Metadata(Sequence(self.number), self.at)


def test_often_is_not_enough_and_long_is_not_enough():
    async def story(_: Bench):
        known = Failures()
        often = [known.again(Failed(1)) for _ in range(10 * PARK_AFTER)]
        seldom = [known.again(Failed(2))]
        await asyncio.sleep(PARK_AFTER_S)
        seldom += [known.again(Failed(2)) for _ in range(PARK_AFTER - 1)]
        return often, seldom, known.again(Failed(1))

    often, seldom, both = told(story)
    assert not any(often)
    assert seldom == [False] * (PARK_AFTER - 1) + [True]
    assert both


def test_a_number_that_is_given_again_has_not_failed():
    async def story(_: Bench):
        known = Failures()
        for _ in range(PARK_AFTER):
            known.again(Failed(1))
        await asyncio.sleep(PARK_AFTER_S)
        return known.again(Failed(1, MIDNIGHT + timedelta(seconds=1))), known.again(Failed(1))

    assert told(story) == (False, True)


def test_a_message_that_was_applied_is_forgotten_and_so_is_one_that_was_parked():
    async def story(bench: Bench):
        left = {"t": PARK_AFTER - 1, "u": 1_000}

        async def fail(event: TicketCreated) -> Decision:
            if left[event.id]:
                left[event.id] -= 1
                raise ValueError
            return Decision.APPLY

        consumer = bench.consumer({TicketCreated: fail})
        await bench.publish(created("t"), created("u"))
        task = asyncio.ensure_future(consumer.run())
        await asyncio.sleep(60)
        during = len(consumer._failures)
        await asyncio.sleep(PARK_AFTER_S)
        task.cancel()
        return during, len(consumer._failures)

    assert told(story) == (1, 0)


def test_what_is_remembered_is_bounded_and_who_is_remembered_is_parked(monkeypatch: MonkeyPatch):
    monkeypatch.setattr(failures, "REMEMBERED", 10)

    async def story(_: Bench):
        known = Failures()
        rounds = []
        for _ in range(PARK_AFTER + 1):
            rounds.append([known.again(Failed(number)) for number in range(30)])
            await asyncio.sleep(PARK_AFTER_S / PARK_AFTER)
        sizes = [len(known)]
        await asyncio.sleep(2 * failures.FORGOTTEN_AFTER_S)  # another process has taken them
        for number in range(100, 130):
            known.again(Failed(number))
        return rounds[-1], sizes, len(known), known.again(Failed(100))

    last, sizes, size, _ = told(story)
    assert last == [True] * 10 + [False] * 20
    assert (sizes, size) == ([10], 10)


def test_a_stream_that_was_made_anew_inherits_no_failures():
    async def story(bench: Bench):
        delivered = []

        async def fail(event: TicketCreated) -> Decision:
            delivered.append(event.id)
            raise ValueError

        consumer = bench.consumer({TicketCreated: fail})
        await bench.publish(created("old"))
        await run_for(consumer.run(), PARK_AFTER_S - 10)
        await bench.jetstream.delete_stream(STREAM)
        await bench.publish(created("new"))
        await run_for(consumer.run(), 60)
        return delivered.count("new") > PARK_AFTER, bench.stored("dead-letter")

    assert told(story) == (True, [])
