"""A shop on this machine that is told to close: what is in hand is finished, if it can be."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from fastapi import FastAPI
from pytest import MonkeyPatch, mark

from scenarios.shop import local
from services.common.cancellation import cancellation_point
from services.common.service import Service
from services.common.telemetry import Telemetry

pytestmark = [mark.real, mark.usefixtures("broker_installed")]

PATIENCE_S = 30.0
LOOK_S = 0.02


class Busy:
    """A service that has a message in hand until it is let go, and something to publish."""

    def __init__(self) -> None:
        self.taken = asyncio.Event()
        self.let_go = asyncio.Event()
        self.done: list[str] = []
        telemetry = Telemetry("tickets", structlog.wrap_logger(structlog.ReturnLogger()))
        self.service = Service(FastAPI(), telemetry, loops=[self._work], flush=[self._publish])

    async def is_told_to_close(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            for pause_s in itertools.repeat(LOOK_S):
                if await self.service.missing() == ["draining"]:
                    return
                await asyncio.sleep(pause_s)

    async def _work(self) -> None:
        self.taken.set()
        await self.let_go.wait()
        self.done.append("stored")
        with cancellation_point():
            await asyncio.Event().wait()

    async def _publish(self) -> None:
        self.done.append("published")


@asynccontextmanager
async def closing(patch: MonkeyPatch) -> AsyncIterator[Busy]:
    """Open a shop with a busy service, tell it to close; at the end, wait until it has."""
    busy = Busy()

    async def shop() -> None:
        async with local.local_shop(0, 1.0, None, False):
            await asyncio.Event().wait()

    patch.setattr(local, "ASSEMBLE", {"tickets": lambda drivers: busy.service})
    async with asyncio.timeout(PATIENCE_S):
        running = asyncio.create_task(shop())
        await busy.taken.wait()
        running.cancel()
        yield busy
        with suppress(asyncio.CancelledError):
            await running


def test_a_shop_that_is_told_to_close_finishes_what_is_in_hand(monkeypatch: MonkeyPatch) -> None:
    async def story() -> list[str]:
        async with closing(monkeypatch) as busy:
            await busy.is_told_to_close()
            assert busy.done == []
            busy.let_go.set()
        return busy.done

    assert asyncio.run(story()) == ["stored", "published"]


def test_what_never_ends_keeps_no_shop_open(monkeypatch: MonkeyPatch) -> None:
    async def story() -> list[str]:
        async with closing(monkeypatch) as busy:
            await busy.is_told_to_close()
        return busy.done

    monkeypatch.setattr(local, "FINISH_S", 0.1)
    assert asyncio.run(story()) == ["published"]
