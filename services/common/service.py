"""A service: an HTTP app and the tasks behind it; start, ready, drain, stop."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

from fastapi import APIRouter, FastAPI, Request, Response

from services.common.cancellation import Cancellation, cancellation_point
from services.common.http import problem
from services.common.telemetry import Telemetry

RETRY_S: Final = 1.0
PROBE_TIMEOUT_S: Final = 2.0
MEASURE_TIMEOUT_S: Final = 1.0
FLUSH_TIMEOUT_S: Final = 3.0
STOP_TIMEOUT_S: Final = 3.0

Measure = Callable[[], Awaitable[Mapping[str, float]]]
Step = Callable[[], Awaitable[object]]


class Service:
    """One running service.

    `prepare` is done once before the first request (indexes, say); each of `loops` runs until the
    service stops; each of `probes` raises while a server that the service needs is out of reach.
    Each of `flush` is tried once when the loops have ended; `measures` are taken for /metrics.
    """

    def __init__(
        self,
        app: FastAPI,
        telemetry: Telemetry,
        prepare: Sequence[Step] = (),
        loops: Sequence[Step] = (),
        probes: Mapping[str, Step] | None = None,
        flush: Sequence[Step] = (),
        measures: Sequence[Measure] = (),
    ) -> None:
        self.app = app
        self.name = telemetry.service
        self._telemetry = telemetry
        self._prepare = prepare
        self._loops = loops
        self._probes = probes or {}
        self._flush = flush
        self._measures = measures
        self._tasks: list[asyncio.Task[None]] = []
        self._running: list[asyncio.Task[None]] = []
        self._cancellation = Cancellation()
        self._prepared = asyncio.Event()
        self._draining = False
        app.state.service = self
        app.include_router(_operator)

    async def start(self) -> None:
        """Begin; returns once the stores are prepared, however long they stay away."""
        self._tasks.append(asyncio.create_task(self._run()))
        await self._prepared.wait()

    def drain(self) -> None:
        """Begin no new work: from now on not ready, and each loop ends once its hands are empty."""
        self._draining = True
        self._cancellation.ask()

    async def finish(self, within_s: float) -> None:
        """Drain; returns once all that was in hand is done and published, or it took too long."""
        self.drain()
        if self._running:
            await asyncio.wait(self._running, timeout=within_s)
        for step in self._flush if self.prepared else ():
            await self._try_once(step)

    async def stop(self) -> None:
        """Turn away new work, then end, whatever is in hand."""
        self.drain()
        tasks = [*self._tasks, *self._running]
        for task in tasks:
            task.cancel()
        if tasks:  # a driver may swallow a cancellation; such a task ends when it next waits
            await asyncio.wait(tasks, timeout=STOP_TIMEOUT_S)

    @property
    def prepared(self) -> bool:
        """Whether the stores are as the service needs them."""
        return self._prepared.is_set()

    async def missing(self) -> list[str]:
        """Return why the service is not ready: nothing, if it is."""
        if self._draining:
            return ["draining"]
        if not self._prepared.is_set():
            return ["starting"]
        away = [name for name, probe in self._probes.items() if not await _answers(probe)]
        return away + self._telemetry.health.ailing()

    async def metrics(self) -> bytes:
        """Return the counts and measures of this service in Prometheus' text format."""
        self._telemetry.unmeasured()
        await asyncio.gather(*(self._take(measure) for measure in self._measures))
        return self._telemetry.metrics()

    async def _run(self) -> None:
        self._cancellation.join()
        for step in self._prepare:
            await self._until_done(step)
        self._running += [asyncio.create_task(self._for_ever(loop)) for loop in self._loops]
        self._prepared.set()

    async def _until_done(self, step: Step) -> None:
        while True:
            try:
                await step()
                return self._telemetry.round_done("start")
            except Exception as error:
                self._telemetry.round_failed("start", error)
            with cancellation_point():
                await asyncio.sleep(RETRY_S)

    async def _for_ever(self, loop: Step) -> None:
        self._cancellation.join()
        while True:
            try:
                await loop()
            except Exception as error:  # no task dies in silence, and none stays dead
                self._telemetry.round_failed("background", error)
            with cancellation_point():
                await asyncio.sleep(RETRY_S)

    async def _try_once(self, step: Step) -> None:
        try:
            async with asyncio.timeout(FLUSH_TIMEOUT_S):
                await step()
        except Exception as error:
            self._telemetry.round_failed("flush", error)

    async def _take(self, measure: Measure) -> None:
        try:
            async with asyncio.timeout(MEASURE_TIMEOUT_S):
                taken = await measure()
        except Exception:  # the probes say who is out of reach; the page has to come all the same
            return
        for name, value in taken.items():
            self._telemetry.measured(name, value)


async def _answers(probe: Step) -> bool:
    try:
        async with asyncio.timeout(PROBE_TIMEOUT_S):
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
    return Response(
        await request.app.state.service.metrics(), media_type="text/plain; version=0.0.4"
    )
