"""A service that is about to end has its connections ended with their next answers."""

import asyncio

import httpx
from pytest import raises
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from services.common.connection_draining import ConnectionDraining, OutOfTime, in_time
from tests.services.shop import refused


def test_whoever_is_answered_while_a_service_drains_is_asked_to_hang_up():
    told = asyncio.Event()
    asked = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        asked.set()
        await told.wait()
        await Response("it", headers={"x-kept": "yes"})(scope, receive, send)

    async def story() -> None:
        app = ConnectionDraining(slow)
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app), base_url="http://orders"
        ) as client:
            under_way = asyncio.create_task(client.get("/"))
            await asked.wait()
            app.begin()
            told.set()
            answer = await under_way
        assert answer.headers["connection"] == "close"
        assert answer.headers["x-kept"] == "yes"

    asyncio.run(story())


def test_nobody_is_asked_to_hang_up_before():
    async def story() -> None:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(ConnectionDraining(Response("it"))),
            base_url="http://orders",
        ) as client:
            assert "connection" not in (await client.get("/")).headers

    asyncio.run(story())


def ended(app: ASGIApp, under_way: asyncio.Event) -> tuple[httpx.Response, httpx.Response, list]:
    """Ask, end when it is under way, ask again; return both answers and what was counted."""
    counted: list = []

    async def story() -> tuple[httpx.Response, httpx.Response]:
        parting = ConnectionDraining(app, lambda *it: counted.append(it))
        transport = httpx.ASGITransport(parting)
        async with httpx.AsyncClient(transport=transport, base_url="http://orders") as client:
            asking = asyncio.create_task(client.get("/it"))
            await under_way.wait()
            parting.begin()
            parting.end()
            return await asking, await client.get("/later")

    return *asyncio.run(story()), counted


def test_whoever_is_in_hand_at_the_end_is_told_so():
    under_way = asyncio.Event()

    async def for_ever(scope: Scope, receive: Receive, send: Send) -> None:
        under_way.set()
        await asyncio.Event().wait()

    *answers, counted = ended(for_ever, under_way)
    for answer in answers:
        refused(answer, 503, "try again")
        assert answer.headers["connection"] == "close"
        assert answer.headers["retry-after"] == "1"
    assert counted == [("GET", "/it", 503), ("GET", "/later", 503)]


def test_a_route_may_say_what_became_of_it_when_the_time_is_up():
    under_way = asyncio.Event()

    async def charge() -> None:
        under_way.set()
        await asyncio.Event().wait()

    async def route(scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await in_time(Request(scope), charge())
        except OutOfTime:
            await asyncio.sleep(0)  # it may still ask somebody
            await Response("pending", 202)(scope, receive, send)

    first, _, counted = ended(route, under_way)
    assert (first.status_code, first.text) == (202, "pending")
    assert counted == [("GET", "/later", 503)]


def test_work_that_is_ended_by_somebody_else_is_not_out_of_time():
    async def story() -> None:
        waiting = in_time(Request({"type": "http"}), asyncio.Event().wait())
        task = asyncio.ensure_future(waiting)
        await asyncio.sleep(0)
        task.cancel()
        with raises(asyncio.CancelledError):
            await task

    asyncio.run(story())
