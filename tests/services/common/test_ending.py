"""A service that drains takes nothing new, finishes what it has in its hands, and says it all."""

import asyncio

from fastapi import APIRouter
from pydantic import SecretStr
from pytest import approx, mark

from services.common.cancellation import Cancellation, cancellation_point
from services.common.drivers import Drivers
from services.common.events import TicketCreated
from services.common.http import create_app
from services.common.messaging import ensure_stream
from services.common.outbox import Outbox
from services.common.service import Service
from services.common.settings import Settings
from services.common.versioning import Decision
from tests.services.common.bench import Bench, created, told


def a_service(bench: Bench, **parts) -> Service:
    drivers = Drivers(
        Settings(jwt_key=SecretStr("k" * 32)), bench.clock, bench.ids, bench.telemetry.log
    )
    return Service(create_app(APIRouter(), bench.telemetry, drivers), bench.telemetry, **parts)


def slow(handled: list[str], takes_s: float = 3.0):
    async def handle(event: TicketCreated) -> Decision:
        await asyncio.sleep(takes_s)
        handled.append(event.id)
        return Decision.APPLY

    return {TicketCreated: handle}


@mark.parametrize("told_at_s", [1.0, 20.0], ids=["at work", "waiting"])
def test_a_consumer_that_drains_acknowledges_what_it_has_and_takes_no_more(told_at_s):
    async def story(bench: Bench):
        handled: list[str] = []
        await bench.publish(created("a"), created("b"))
        service = a_service(bench, loops=[bench.consumer(slow(handled)).run])
        await service.start()
        await asyncio.sleep(told_at_s)
        before = bench.loop.time()
        await service.finish(within_s=10)
        took_s = bench.loop.time() - before
        await bench.publish(created("c"))
        await asyncio.sleep(60)
        return handled, [seen.fields["seq"] for seen in bench.broker("acked")], took_s

    handled, acknowledged, took_s = told(story)
    assert handled == ["a", "b"]
    assert acknowledged == [1, 2]
    assert took_s == approx(max(0.0, 3.0 - told_at_s), abs=0.1)


def test_what_takes_too_long_is_given_up():
    async def story(bench: Bench):
        handled: list[str] = []
        await bench.publish(created("a"))
        service = a_service(bench, loops=[bench.consumer(slow(handled, takes_s=1_000)).run])
        await service.start()
        await asyncio.sleep(1)
        before = bench.loop.time()
        await service.finish(within_s=10)
        await service.stop()
        return handled, bench.loop.time() - before, bench.broker("acked")

    assert told(story) == ([], approx(10), [])


def test_what_was_stored_while_draining_is_published_before_the_end():
    async def story(bench: Bench):
        outbox: Outbox = bench.outbox
        await ensure_stream(bench.jetstream)
        service = a_service(bench, loops=[outbox.run], flush=[outbox.publish_waiting])
        await service.start()
        service.drain()
        await asyncio.sleep(1)
        await bench.documents.insert_one({"_id": "t", "outbox": outbox.seal([created("t")])})
        outbox.wake()
        await asyncio.sleep(1)
        before = bench.stored()
        await service.finish(within_s=10)
        return before, [message.subject for message in bench.stored()]

    assert told(story) == ([], ["ticket.created"])


def test_a_flush_that_fails_or_hangs_is_said_and_holds_nobody_up():
    async def gone() -> None:
        raise ConnectionError("gone")

    async def hangs() -> None:
        await asyncio.sleep(1_000)

    async def wrong() -> None:
        raise ValueError("a mistake")

    async def story(bench: Bench):
        service = a_service(bench, flush=[gone, hangs, wrong])
        await service.start()
        await service.finish(within_s=10)
        return [(said["event"], said["where"]) for said in bench.said], bench.loop.time()

    said, took_s = told(story)
    assert said == [("outage", "flush"), ("outage", "flush"), ("failed", "flush")]
    assert took_s == approx(3)


def test_a_service_that_still_waits_for_its_store_leaves_when_told():
    async def away() -> None:
        raise ConnectionError("gone")

    async def story(bench: Bench):
        service = a_service(bench, prepare=[away], flush=[away])
        starting = asyncio.create_task(service.start())
        await asyncio.sleep(20)
        await service.finish(within_s=10)
        await service.stop()
        starting.cancel()
        said = len(bench.said)
        await asyncio.sleep(60)
        return len(bench.said) - said

    assert told(story) == 0


def test_a_loop_that_swallows_its_cancellation_ends_when_it_next_waits():
    async def story(bench: Bench):
        rounds = []

        async def loop() -> None:
            while True:
                rounds.append(bench.loop.time())
                try:
                    await asyncio.sleep(2)
                except asyncio.CancelledError:
                    rounds.append(-1.0)
                with cancellation_point():
                    await asyncio.sleep(1)

        service = a_service(bench, loops=[loop])
        await service.start()
        await asyncio.sleep(1)
        await service.stop()
        await asyncio.sleep(60)
        return rounds

    assert told(story) == [approx(0, abs=0.1), -1.0]


def test_so_does_one_that_nobody_asked_to_drain():
    async def story(bench: Bench):
        rounds = []

        async def loop() -> None:
            while True:
                try:
                    await asyncio.sleep(2)
                except asyncio.CancelledError:  # as nats-py does, whose connection was closed
                    rounds.append(bench.loop.time())
                with cancellation_point():
                    await asyncio.sleep(1)

        task = asyncio.create_task(loop())
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.wait([task], timeout=60)
        return rounds, task.cancelled()

    assert told(story) == ([1.0], True)


def test_who_belongs_to_no_ending_waits_in_peace():
    async def story(bench: Bench):
        ending = Cancellation()
        ending.ask()
        with cancellation_point():
            await asyncio.sleep(1)
        return bench.loop.time()

    assert told(story) == approx(1)
