"""The fake Stripe over HTTP."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Final
from urllib.parse import parse_qsl

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from boxoffice.real.clock import SystemClock
from boxoffice.servers.stripe import FakeStripeServer
from boxoffice.trace.trace import Trace
from boxoffice.trace.untold import Untold

LINGER_S: Final = 1  # with requests that are under way at the end
KEY: Final = "Idempotency-Key"


class _Server(uvicorn.Server):
    """uvicorn, with the signals left to the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def app(server: FakeStripeServer) -> Starlette:
    """Return the HTTP application in front of a fake."""

    async def answer(request: Request) -> JSONResponse:
        form = dict(parse_qsl(await _said(request)))
        key = request.headers.get(KEY)
        status, body = server.handle(request.method.lower(), request.url.path, form, key)
        return JSONResponse(body, status, headers={"Request-Id": f"req_{key}"})

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


async def _said(request: Request) -> str:
    if request.method == "POST":
        return (await request.body()).decode(errors="replace")
    return request.url.query


@asynccontextmanager
async def serve_stripe(host: str, port: int) -> AsyncIterator[str]:
    """Serve a Stripe without books, which are forgotten at the end; give its URL.

    Raises: OSError.
    """
    clock = SystemClock()
    with socket.create_server((host, port)) as door:
        stripe = FakeStripeServer(
            Trace(lambda: 0.0, events=Untold()), lambda: clock.now().timestamp()
        )
        server = _Server(_config(app(stripe)))
        serving = asyncio.create_task(server.serve([door]))
        try:
            yield f"http://{host}:{door.getsockname()[1]}"
        finally:
            server.should_exit = True
            await serving


def _config(stripe: Starlette) -> uvicorn.Config:
    return uvicorn.Config(
        stripe,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        timeout_graceful_shutdown=LINGER_S,
    )
