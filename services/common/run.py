"""One service as a process: it serves until it is told to end, and ends in good order."""

import asyncio
import faulthandler
import os
import signal
import socket
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any, Final, NoReturn

import uvicorn
from starlette.types import ASGIApp, Receive, Scope, Send

from services.common.connect import RECONNECT_S, Connections
from services.common.connection_draining import ConnectionDraining
from services.common.ending import end_in_order
from services.common.http import problem
from services.common.http_protocol import KEEP_ALIVE_S, OPERATOR, HttpProtocol
from services.common.service import Service

PATIENCE_S: Final = 29  # of the 30 that a process has between SIGTERM and SIGKILL
LINGER_S: Final = 2.0  # between "not ready" and closing the door: whoever routes has to notice
# For requests that are being answered: a charge may take ten (connect.STRIPE_TIMEOUT_S), and has
# to be recorded.  Whoever is left is told so, and has a little more time to hear it.
ANSWERING_S: Final = 11
TELLING_S: Final = 2
CLOSING_S: Final = 1.0  # for all drivers, side by side: some services have one more than others
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Prepared:
    """Turns people away until the stores are prepared: a unique index may still be missing."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        early = scope["type"] == "http" and not self._service.prepared
        if early and scope["path"] not in OPERATOR:
            self._service.app.state.telemetry.answered(scope["method"], scope["path"], 503)
            return await problem(503, "Not ready yet; try again")(scope, receive, send)
        await self._service.app(scope, receive, send)


class Server(uvicorn.Server):
    """uvicorn, with the signals left to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run(service: Service, made: Connections, door: socket.socket) -> None:
    """Serve until the first SIGTERM or SIGINT; the second ends the process at once."""
    log, told = made.drivers.log, asyncio.Event()
    _listen(told)
    app = ConnectionDraining(Prepared(service), service.app.state.telemetry.answered)
    server = _server(app)
    tasks = [asyncio.create_task(_until_done(step, log)) for step in made.open]
    tasks.append(asyncio.create_task(service.start()))
    serving = asyncio.create_task(server.serve([door]))
    host, port = door.getsockname()[:2]
    log.info("serving", host=host, port=port)
    await told.wait()
    log.info("draining")
    faulthandler.dump_traceback_later(PATIENCE_S, exit=True)  # from a thread, whatever hangs
    app.begin()
    await _end(service, app, server, serving)
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks, timeout=CLOSING_S)
    await _close(made.close)
    log.info("ended")


def listen(host: str, port: int) -> socket.socket:
    """Return an open door; port 0 is any free one.  Raises: OSError."""
    kind = socket.AF_INET6 if ":" in host else socket.AF_INET
    return prompt(socket.create_server((host, port), family=kind, backlog=2048))


def prompt(door: socket.socket) -> socket.socket:
    """Have whoever comes through a door answered at once; return the door.

    An answer leaves in two pieces, and the kernel may hold the second back for 40 ms.  asyncio sees
    to that only where it has made the door itself.
    """
    door.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return door


def _listen(told: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()

    def first() -> None:
        told.set()
        for each in _SIGNALS:
            loop.remove_signal_handler(each)
            signal.signal(each, _leave)

    for each in _SIGNALS:
        loop.add_signal_handler(each, first)


def _leave(number: int, _: FrameType | None) -> NoReturn:
    # The default action would do, but the kernel spares process 1 of a container from that.
    os._exit(128 + number)


def _server(app: ASGIApp) -> Server:
    return Server(
        uvicorn.Config(
            app,
            http=HttpProtocol,
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,  # telemetry says what was answered
            server_header=False,
            proxy_headers=False,  # whom to believe is a setting: clients.py
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=ANSWERING_S + TELLING_S,
        )
    )


async def _until_done(step: Callable[[], Awaitable[object]], log: Any) -> None:
    while True:
        try:
            await step()
            return
        except Exception as error:
            log.warning("outage", where="connect", error=type(error).__name__)
        await asyncio.sleep(RECONNECT_S)


async def _end(
    service: Service, app: ConnectionDraining, server: Server, serving: asyncio.Task[None]
) -> None:
    service.drain()
    await asyncio.sleep(LINGER_S)

    async def answered() -> None:
        server.should_exit = True
        await asyncio.wait([serving], timeout=ANSWERING_S)

    async def told() -> None:
        await serving

    await end_in_order(service, app, answered, told)


async def _close(closing: Sequence[Callable[[], Awaitable[object]]]) -> None:
    async def closed(close: Callable[[], Awaitable[object]]) -> None:
        with suppress(Exception):  # the process ends in any case
            async with asyncio.timeout(CLOSING_S):
                await close()

    await asyncio.gather(*(closed(one) for one in closing))
