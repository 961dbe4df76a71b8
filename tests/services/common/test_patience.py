"""Patience: with a message that fails, with a store that is away, with a stream that is idle."""

import asyncio

import nats.errors
import pymongo.errors
from nats.js.errors import FetchTimeoutError
from pytest import mark

from boxoffice.servers.jetstream.subscription import FakePullSubscription
from services.common.events import TicketCreated
from services.common.messaging import (
    DEAD_LETTERS,
    LONGEST_DELAY_S,
    PARK_AFTER,
    PARK_AFTER_S,
    STREAM,
)
from services.common.versioning import Decision
from tests.services.common.bench import Bench, created, run_for, told


def test_a_message_that_fails_often_in_a_minute_is_not_parked():
    async def story(bench: Bench):
        async def fails(event: TicketCreated) -> Decision:
            raise ValueError("what a server says during a fail-over")

        await bench.publish(created())
        await run_for(bench.consumer({TicketCreated: fails}).run(), PARK_AFTER_S - 1)
        return len(bench.broker("delivered")), bench.stored(DEAD_LETTERS)

    delivered, letters = told(story)
    assert delivered > PARK_AFTER
    assert letters == []


def test_while_a_store_is_away_one_message_at_a_time_asks_for_it():
    async def story(bench: Bench):
        away = [True]

        async def look(event: TicketCreated) -> Decision:
            if away[0]:
                raise pymongo.errors.AutoReconnect("not primary")
            return Decision.APPLY

        await bench.publish(*(created(str(number)) for number in range(1_000)))
        consumer = asyncio.ensure_future(bench.consumer({TicketCreated: look}).run())
        await asyncio.sleep(3_600)
        given_out = len(bench.nats.consumer(STREAM, "orders").ledger.outstanding)
        away[0] = False
        await asyncio.sleep(LONGEST_DELAY_S + 2)
        consumer.cancel()
        return given_out, len(bench.broker("acked"))

    given_out, acknowledged = told(story)
    assert given_out < 100
    assert acknowledged == 1_000


@mark.parametrize("idle", [TimeoutError, nats.errors.TimeoutError, FetchTimeoutError])
def test_an_idle_consumer_reports_no_outage(idle, monkeypatch):
    async def nothing(self, batch, timeout):
        await asyncio.sleep(timeout)
        raise idle

    async def story(bench: Bench):
        await run_for(bench.consumer({}).run(), 600)
        return [it for it in bench.said if it["event"] == "outage"]

    monkeypatch.setattr(FakePullSubscription, "fetch", nothing)
    assert told(story) == []
