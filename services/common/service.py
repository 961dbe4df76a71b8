"""A service: an HTTP app and the tasks behind it; start, ready, drain, stop."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response

from services.common.http import problem
from services.common.outages import OUTAGES
from services.common.telemetry import Telemetry

RETRY_S: Final = 1.0

Step = Callable[[], Awaitable[object]]


class Service:
    """One running service.

    `prepare` is done once before the first request (indexes, say); each of `loops` runs until the
    service stops; each of `probes` raises while a server that the service needs is out of reach.
    """

    def __init__(
        self,
        app: FastAPI,
        telemetry: Telemetry,
        prepare: Sequence[Step] = (),
        loops: Sequence[Step] = (),
        probes: Mapping[str, Step] | None = None,
    ) -> None:
        self.app = app
        self.name = telemetry.service
        self._telemetry = telemetry
        self._prepare = prepare
        self._loops = loops
        self._probes = probes or {}
        self._tasks: list[asyncio.Task[None]] = []
        self._prepared = asyncio.Event()
        self._draining = False
        app.state.service = self
        app.include_router(_operator)

    async def start(self) -> None:
        """Begin; returns once the stores are prepared, however long they stay away."""
        self._tasks.append(asyncio.create_task(self._run()))
        await self._prepared.wait()

    async def stop(self) -> None:
        """Turn away new work, then end."""
        self._draining = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def drain(self) -> None:
        """Say from now on that this service is not ready for new work."""
        self._draining = True

    async def missing(self) -> list[str]:
        """Return why the service is not ready: nothing, if it is."""
        if self._draining:
            return ["draining"]
        if not self._prepared.is_set():
            return ["starting"]
        return [name for name, probe in self._probes.items() if not await _answers(probe)]

    def metrics(self) -> bytes:
        """Return the counts of this service in Prometheus' text format."""
        return self._telemetry.metrics()

    async def _run(self) -> None:
        for step in self._prepare:
            await self._until_done(step)
        self._tasks += [asyncio.create_task(self._for_ever(loop)) for loop in self._loops]
        self._prepared.set()

    async def _until_done(self, step: Step) -> None:
        while True:
            try:
                await step()
                return
            except OUTAGES as outage:
                self._telemetry.outage("start", outage)
            except Exception as error:  # a password that the store refuses, say
                self._telemetry.failed("start", error)
            await asyncio.sleep(RETRY_S)

    async def _for_ever(self, loop: Step) -> None:
        while True:
            try:
                await loop()
            except Exception as error:  # no task dies in silence, and none stays dead
                self._telemetry.failed("background", error)
            await asyncio.sleep(RETRY_S)


async def _answers(probe: Step) -> bool:
    try:
        await probe()
    except Exception:  # out of reach or unwilling: no use either way
        return False
    return True


# The routes find their service in the app: FastAPI remembers every route function that it has met,
# and one with the service inside would keep the service, and all it was handed, for ever.
_operator = APIRouter()


@_operator.get("/livez")
async def _livez() -> dict[str, str]:
    return {"status": "alive"}


@_operator.get("/readyz", responses={503: {}})
async def _readyz(request: Request) -> Response:
    missing = await request.app.state.service.missing()
    if missing:
        return problem(503, f"Not ready: {', '.join(missing)}")
    return Response('{"status":"ready"}', media_type="application/json")


@_operator.get("/metrics")
async def _metrics(request: Request) -> Response:
    return Response(request.app.state.service.metrics(), media_type="text/plain; version=0.0.4")
