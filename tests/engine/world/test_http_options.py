"""A service's own httpx client waits for another service as long as it was told."""

import asyncio

import httpx
from fastapi import FastAPI
from pytest import mark, raises

from boxoffice import System, faults


@mark.parametrize(
    ("options", "after_s"),
    [
        ({}, 5.0),  # httpx's own
        ({"timeout": 0.5}, 0.5),
        ({"timeout": httpx.Timeout(3.0, read=20.0)}, 20.0),
        ({"timeout": None}, 210.0),
    ],
)
@mark.parametrize("strike", ["lost", "late"])
def test_an_answer_is_waited_for_as_long_as_was_said(options, after_s, strike):
    waited, served = [], []

    async def asks(_):
        loop = asyncio.get_running_loop()
        async with httpx.AsyncClient(base_url="http://back", **options) as client:
            begun_s = loop.time()
            with raises(httpx.ReadTimeout):
                await client.get("/")
            waited.append(round(loop.time() - begun_s, 3))

    def back(_):
        app = FastAPI()

        @app.get("/")
        async def answer():
            await asyncio.sleep(400 if strike == "late" else 0)
            served.append("/")

        return app

    if strike == "late" and options == {"timeout": None}:
        return  # that answer is waited for
    system = System("yard")
    system.service("front", asks)
    system.service("back", back, route="/")

    @system.story(faults=[faults.lost_requests(of="GET", at="back")] if strike == "lost" else [])
    async def a_day(world):
        await world.passes(600)

    assert [it.message for it in system.run(a_day).violations] == []
    assert waited == [after_s]
    assert served == (["/"] if strike == "late" else []), "who gives up stops nobody"
