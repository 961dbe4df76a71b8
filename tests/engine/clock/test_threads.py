"""What would run in threads runs in the loop's own, at one moment, and leaves none behind."""

import asyncio
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import anyio.to_thread
import httpx
import simpy
from anyio import CapacityLimiter
from anyio._backends._asyncio import AsyncIOBackend
from anyio.to_thread import run_sync
from fastapi import Depends, FastAPI
from pytest import raises

from boxoffice.clock.loop import SimLoop

SCRIPT = """
import anyio.to_thread, simpy
from boxoffice.clock.loop import SimLoop
print(SimLoop(simpy.Environment()).run_until_complete(anyio.to_thread.run_sync(lambda: 42)))
"""


def play(script):
    return SimLoop(simpy.Environment()).run_until_complete(script)


def app_of(seen):
    app = FastAPI()

    def whose(number: int):
        seen.append(("dependency", number, threading.get_ident()))
        return number

    @app.get("/{number}")
    def get(number: int = Depends(whose)):
        seen.append(("endpoint", number, threading.get_ident()))
        return number

    return app


async def many(seen):
    transport = httpx.ASGITransport(app_of(seen))
    async with httpx.AsyncClient(transport=transport, base_url="http://there") as client:
        answers = await asyncio.gather(*(client.get(f"/{number}") for number in range(8)))
    return [answer.json() for answer in answers]


def test_endpoints_that_are_no_coroutines_run_in_one_order_ten_times_out_of_ten():
    runs = []
    for _ in range(10):
        seen = []
        assert play(many(seen)) == list(range(8))
        runs.append(seen)
    assert all(run == runs[0] for run in runs)
    assert {ident for _, _, ident in runs[0]} == {threading.get_ident()}
    assert len(runs[0]) == 16


def test_every_way_into_a_thread_is_one_step_at_one_moment():
    async def script():
        loop = asyncio.get_running_loop()
        return [
            await run_sync(threading.get_ident),
            await anyio.to_thread.run_sync(threading.get_ident, abandon_on_cancel=True),
            await asyncio.to_thread(threading.get_ident),
            await loop.run_in_executor(None, threading.get_ident),
            await loop.run_in_executor(ThreadPoolExecutor(), threading.get_ident),
            loop.time(),
        ]

    before = threading.active_count()
    assert play(script()) == [*[threading.get_ident()] * 5, 0.0]
    assert threading.active_count() == before


def test_what_a_thread_would_raise_is_raised():
    def fail():
        raise LookupError("lost")

    with raises(LookupError, match="lost"):
        play(run_sync(fail))


def test_a_limit_of_threads_is_kept():
    async def script():
        limiter, seen = CapacityLimiter(1), []

        async def hold():
            async with limiter:
                await asyncio.sleep(5)

        holding = asyncio.ensure_future(hold())
        await asyncio.sleep(1)
        await run_sync(lambda: seen.append(asyncio.get_running_loop().time()), limiter=limiter)
        await holding
        return seen

    assert play(script()) == [5.0]


def test_a_loop_of_its_own_has_its_threads_back():
    real = AsyncIOBackend.__dict__["run_sync_in_worker_thread"]

    async def elsewhere():
        return await run_sync(threading.get_ident)

    async def within():
        assert AsyncIOBackend.__dict__["run_sync_in_worker_thread"] is not real
        with ThreadPoolExecutor() as pool:
            return pool.submit(asyncio.run, elsewhere()).result() != threading.get_ident()

    assert play(within())
    assert asyncio.run(elsewhere()) != threading.get_ident()
    assert AsyncIOBackend.__dict__["run_sync_in_worker_thread"] is real


def test_nothing_keeps_the_interpreter_from_ending():
    ended = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, timeout=60, check=True
    )
    assert ended.stdout == "42\n"
