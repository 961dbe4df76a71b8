"""A service: it prepares, runs its loops for ever, and says whether it is ready."""

import asyncio
import gc
import weakref
from types import SimpleNamespace

import httpx
import pymongo.errors
from fastapi import APIRouter
from pydantic import SecretStr
from pytest import approx, mark

from services.auth.postman import Postman
from services.common.drivers import Drivers
from services.common.events import TicketCreated
from services.common.health import FORGOTTEN_S
from services.common.http import create_app
from services.common.service import Service
from services.common.settings import Settings
from services.expiration.use_cases import AlarmClock
from services.payments.reconciler import Reconciler
from tests.services.common.bench import Bench, told
from tests.services.shop import refused


def a_service(bench: Bench, **parts) -> Service:
    settings = Settings(jwt_key=SecretStr("k" * 32))
    drivers = Drivers(settings, bench.clock, bench.ids, bench.telemetry.log)
    return Service(create_app(APIRouter(), bench.telemetry, drivers), bench.telemetry, **parts)


async def ready(service: Service) -> httpx.Response:
    transport = httpx.ASGITransport(service.app)
    async with httpx.AsyncClient(transport=transport, base_url="http://pod") as client:
        return await client.get("/readyz")


async def reached() -> None:
    """Answer at once."""


def failing(times: int, error: Exception):
    left = [times]

    async def step() -> None:
        if left[0]:
            left[0] -= 1
            raise error

    return step


def test_a_service_that_starts_says_so():
    async def story(bench: Bench):
        service = a_service(bench)
        before = await ready(service)
        await service.start()
        return before, await ready(service)

    before, after = told(story)
    refused(before, 503, "Not ready: starting")
    assert after.status_code == 200


def test_a_service_that_drains_or_stops_is_not_ready():
    async def story(bench: Bench):
        answers = []
        for end in ("drain", "stop"):
            service = a_service(bench)
            await service.start()
            done = getattr(service, end)()
            if done is not None:
                await done
            answers.append(await ready(service))
        return answers

    for answer in told(story):
        refused(answer, 503, "Not ready: draining")


DENIED = pymongo.errors.OperationFailure("not authorized")


@mark.parametrize("error", [pymongo.errors.AutoReconnect("gone"), DENIED], ids=["gone", "denied"])
def test_a_service_prepares_again_and_again_until_it_succeeds(error):
    async def story(bench: Bench):
        service = a_service(bench, prepare=[failing(20, error)])
        async with asyncio.timeout(100):
            await service.start()
        return (await ready(service)).status_code, {said["event"] for said in bench.said}

    status, said = told(story)
    assert status == 200
    assert said & {"outage", "failed"}


@mark.parametrize("error", [ConnectionError("gone"), DENIED], ids=["gone", "denied"])
def test_a_service_is_not_ready_while_a_probe_fails(error):
    async def story(bench: Bench):
        service = a_service(bench, probes={"mongo": failing(1, error), "nats": reached})
        await service.start()
        return await ready(service), await ready(service)

    without, later = told(story)
    refused(without, 503, "Not ready: mongo")
    assert later.status_code == 200


def test_a_loop_that_fails_is_said_to_have_failed_and_begins_again():
    async def story(bench: Bench):
        runs = []

        async def loop() -> None:
            runs.append(bench.loop.time())
            raise ValueError("a mistake")

        service = a_service(bench, loops=[loop])
        await service.start()
        await asyncio.sleep(10)
        await service.stop()
        ran = len(runs)
        await asyncio.sleep(10)
        return ran, len(runs), [said["where"] for said in bench.said if said["event"] == "failed"]

    ran, later, where = told(story)
    assert ran == later > 5
    assert set(where) == {"background"}


def test_a_loop_that_keeps_failing_makes_the_service_unready_and_is_counted():
    async def story(bench: Bench):
        async def loop() -> None:
            raise AttributeError("'str' object has no attribute 'decode'")

        service = a_service(bench, loops=[loop])
        await service.start()
        first = await ready(service)
        await asyncio.sleep(5)
        return first, await ready(service), (await service.metrics()).decode()

    first, later, metrics = told(story)
    assert first.status_code == 200, "one failure may be an accident"
    refused(later, 503, "Not ready: background (AttributeError)")
    assert 'boxoffice_failures_total{where="background"}' in metrics


INNER = ["outbox", "consumer", "timers", "reconciler", "postman"]


@mark.parametrize("error", [ValueError("a mistake"), DENIED], ids=["mistake", "denied"])
@mark.parametrize("name", INNER)
def test_each_loop_that_keeps_failing_is_named_until_it_succeeds(name, error):
    async def story(bench: Bench):
        loop, lets_go = a_loop(name, bench, error)
        service = a_service(bench, loops=[loop])
        await service.start()
        await asyncio.sleep(10)
        during = await ready(service)
        metrics = (await service.metrics()).decode()
        lets_go()
        await asyncio.sleep(20)
        return during, metrics, await ready(service)

    during, metrics, after = told(story)
    refused(during, 503, f"Not ready: {name} ({type(error).__name__})")
    assert f'boxoffice_failures_total{{where="{name}"}}' in metrics
    assert after.status_code == 200


def a_loop(name: str, bench: Bench, error: Exception):
    """Return a loop of a service whose work fails, and what lets it succeed."""
    gate = [error]

    async def work(*_: object, **__: object) -> list:
        if gate:
            raise gate[0]
        return []

    said, clock = bench.telemetry, bench.clock
    if name == "outbox":
        bench.outbox.publish_waiting = work
        return bench.outbox.run, gate.clear
    if name == "timers":
        timers = SimpleNamespace(are_lost=work, next=work, forget_before=work)
        return AlarmClock(timers, work, work, clock, said).run, gate.clear
    if name == "reconciler":
        return Reconciler(SimpleNamespace(unsettled=work), None, clock, said).run, gate.clear
    if name == "postman":
        users = SimpleNamespace(letters_due=work)
        return Postman(users, None, clock, None, said, "").run, gate.clear
    bench.jetstream.stream_info = work
    return bench.consumer({TicketCreated: work}).run, lambda: delattr(
        bench.jetstream, "stream_info"
    )


def test_what_was_refused_long_ago_is_forgotten():
    async def story(bench: Bench):
        health, heard = bench.telemetry.health, []
        for pause_s in (0.0, 1.0, FORGOTTEN_S - 1, 1.0, 0.0):
            await asyncio.sleep(pause_s)
            heard.append(health.ailing())
            if pause_s != FORGOTTEN_S - 1:
                health.refused("events", error=ValueError())
        return heard

    ailing = ["events (ValueError)"]
    assert told(story) == [[], [], ailing, [], []]


def test_a_service_that_stops_ends_its_loops():
    async def story(bench: Bench):
        ended = []

        async def loop() -> None:
            try:
                await asyncio.sleep(1_000)
            except asyncio.CancelledError:
                ended.append(bench.loop.time())
                raise

        service = a_service(bench, loops=[loop, loop])
        await service.start()
        await asyncio.sleep(1)
        await service.stop()
        return ended

    assert told(story) == approx([1, 1])


def test_a_service_that_nobody_needs_any_more_is_forgotten():
    async def story(bench: Bench):
        service = a_service(bench, loops=[bench.outbox.run])
        await service.start()
        await ready(service)
        await service.stop()
        return weakref.ref(service)

    service = told(story)
    gc.collect()
    assert service() is None
