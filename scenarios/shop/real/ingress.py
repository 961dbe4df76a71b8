"""The one port of the shop on this machine: requests go by their path, as an ingress sends them."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from typing import Final

import uvicorn
from starlette.responses import JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from scenarios.shop.real.metrics import one_page
from scenarios.shop.system import ROUTES
from services.common.connection_draining import ConnectionDraining
from services.common.http import problem
from services.common.http_protocol import HttpProtocol
from services.common.middleware import Heads, Safe
from services.common.run import TELLING_S
from services.common.service import Service

HOST: Final = "127.0.0.1"
KEEP_ALIVE_S: Final = 5.0
PATIENCE_S: Final = 5.0  # with requests that are under way when the shop closes
TICK_S: Final = 0.1


class Ingress:
    """An ASGI app in front of the services."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self._services = services

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = await self._own_page(scope) or self._service(scope["path"])
        await app(scope, receive, send)

    async def _own_page(self, scope: Scope) -> ASGIApp | None:
        if scope["method"] not in ("GET", "HEAD"):
            return None
        if scope["path"] == "/livez":
            page: ASGIApp = JSONResponse({"status": "alive"})
        elif scope["path"] == "/readyz":
            page = await self._readiness()
        elif scope["path"] == "/metrics":
            page = await self._metrics()
        else:
            return None
        return Safe(Heads(page))

    def _service(self, path: str) -> ASGIApp:
        # What nobody serves is refused by tickets, in the words of every other refusal.
        service = next((name for prefix, name in ROUTES if path.startswith(prefix)), "tickets")
        return self._services[service].app

    async def _readiness(self) -> ASGIApp:
        missing = [
            f"{name}: {what}"
            for name, service in self._services.items()
            for what in await service.missing()
        ]
        if missing:
            return problem(503, f"Not ready: {', '.join(missing)}")
        return JSONResponse({"status": "ready"})

    async def _metrics(self) -> ASGIApp:
        pages = {name: await service.metrics() for name, service in self._services.items()}
        return Response(one_page(pages), media_type="text/plain; version=0.0.4")


class _Server(uvicorn.Server):
    """uvicorn on a loop of any pace; signals are for whoever runs the shop."""

    def __init__(self, config: uvicorn.Config, speed: float) -> None:
        super().__init__(config)
        self._speed = speed

    async def main_loop(self) -> None:
        ticks = 0
        while not await self.on_tick(ticks):
            ticks += 1
            await asyncio.sleep(TICK_S * self._speed)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def open_ingress(door: ASGIApp, listener: socket.socket, speed: float) -> AsyncIterator[None]:
    """Answer requests on `listener`, and finish those under way at the end."""
    app = ConnectionDraining(door)
    config = uvicorn.Config(
        app,
        http=partial(HttpProtocol, pace=speed),  # type: ignore[arg-type]
        log_config=None,
        access_log=False,
        proxy_headers=False,
        lifespan="off",
        ws="none",
        timeout_keep_alive=max(1, round(KEEP_ALIVE_S * speed)),
        timeout_graceful_shutdown=max(1, round((PATIENCE_S + TELLING_S) * speed)),
    )
    server = _Server(config, speed)
    serving = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        yield
    finally:
        app.begin()
        server.should_exit = True
        await asyncio.wait([serving], timeout=PATIENCE_S * speed)
        app.end()
        await serving
