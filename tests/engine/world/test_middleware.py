"""What FastAPI apps do around their endpoints: middleware, dependencies, work behind the answer."""

import asyncio
import time

import anyio
import httpx
from fastapi import BackgroundTasks, Depends, FastAPI
from starlette.middleware.base import BaseHTTPMiddleware

from boxoffice import System


def app_of(drivers):
    app, said = FastAPI(), []

    @app.middleware("http")
    async def timing(request, call_next):
        begun = time.perf_counter()
        answer = await call_next(request)
        answer.headers["x-took"] = f"{time.perf_counter() - begun:.1f}"
        return answer

    async def through(request, call_next):
        return await call_next(request)

    app.add_middleware(BaseHTTPMiddleware, dispatch=through)

    def who():
        yield "Ann"
        said.append("left")

    async def later():
        await asyncio.sleep(1)
        said.append("told")

    @app.post("/parcels")
    async def put(tasks: BackgroundTasks, name: str = Depends(who)):
        tasks.add_task(later)
        async with anyio.create_task_group() as group:
            group.start_soon(asyncio.sleep, 2)
            group.start_soon(anyio.sleep, 3)
        return name

    @app.get("/said")
    def tells():
        return said

    return app


def test_middleware_and_task_groups_run_in_virtual_time():
    system = System("yard")
    system.service("yard", app_of, route="/")

    @system.story()
    async def a_day(world):
        ann: httpx.AsyncClient = world.client("Ann")
        answer = await ann.post("/parcels")
        assert (answer.json(), answer.headers["x-took"]) == ("Ann", "3.0")
        await world.passes(5)
        assert sorted((await ann.get("/said")).json()) == ["left", "told"]

    assert [it.message for it in system.run(a_day).violations] == []


def test_a_handler_of_a_services_own_hides_no_mistake():
    async def works(_):
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: None)
        asyncio.get_running_loop().call_soon(int, "no number")

    system = System("yard")
    system.service("worker", works)

    @system.story()
    async def a_day(world):
        await world.passes(5)

    [message] = [it.message for it in system.run(a_day).violations]
    assert "no number" in message
