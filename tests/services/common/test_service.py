"""A service: it prepares, runs its loops for ever, and says whether it is ready."""

import asyncio
import gc
import weakref

import httpx
import pymongo.errors
from fastapi import APIRouter
from pydantic import SecretStr
from pytest import approx, mark

from services.common.drivers import Drivers
from services.common.http import create_app
from services.common.service import Service
from services.common.settings import Settings
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
