"""A service that is about to end has its connections ended with their next answers."""

import asyncio

import httpx
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.common.run import Parting


def test_whoever_is_answered_while_a_service_drains_is_asked_to_hang_up():
    told = asyncio.Event()
    asked = asyncio.Event()

    async def slow(scope: Scope, receive: Receive, send: Send) -> None:
        asked.set()
        await told.wait()
        await Response("it", headers={"x-kept": "yes"})(scope, receive, send)

    async def story() -> None:
        app = Parting(slow)
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
            transport=httpx.ASGITransport(Parting(Response("it"))), base_url="http://orders"
        ) as client:
            assert "connection" not in (await client.get("/")).headers

    asyncio.run(story())
