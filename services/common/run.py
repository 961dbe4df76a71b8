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
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.common.connect import RECONNECT_S, Connections
from services.common.http import problem
from services.common.service import Service

PATIENCE_S: Final = 19  # of the 20 that a process has between SIGTERM and SIGKILL
LINGER_S: Final = 2.0  # between "not ready" and closing the door: whoever routes has to notice
ANSWERING_S: Final = 4  # for requests that are being answered
FINISHING_S: Final = 5.0  # for messages in hand; the outbox has three more
CLOSING_S: Final = 1.0  # for each driver
# Longer than a proxy keeps an idle connection: if the service is the first to close one, a request
# may be on its way.  Source: ingress-nginx, upstream-keepalive-timeout, 60 s.
KEEP_ALIVE_S: Final = 75
_OPERATOR: Final = frozenset({"/livez", "/readyz", "/metrics"})
_CLOSE: Final = (b"connection", b"close")
_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)


class Prepared:
    """Turns people away until the stores are prepared: a unique index may still be missing."""

    def __init__(self, service: Service) -> None:
        self._service = service

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        early = scope["type"] == "http" and not self._service.prepared
        if early and scope["path"] not in _OPERATOR:
            self._service.app.state.telemetry.answered(scope["method"], scope["path"], 503)
            return await problem(503, "Not ready yet; try again")(scope, receive, send)
        await self._service.app(scope, receive, send)


class Parting:
    """Asks for an end of the connection with each answer, once the service is about to end.

    Else a proxy may send a request over an idle connection in the moment in which it is closed.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._begun = False

    def begin(self) -> None:
        """Ask from now on, also of those who are being answered."""
        self._begun = True

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def part(message: Message) -> None:
            if self._begun and message["type"] == "http.response.start":
                message = {**message, "headers": [*message.get("headers", ()), _CLOSE]}
            await send(message)

        await self._app(scope, receive, part)


class Server(uvicorn.Server):
    """uvicorn, with the signals left to us."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


async def run(service: Service, made: Connections, door: socket.socket) -> None:
    """Serve until the first SIGTERM or SIGINT; the second ends the process at once."""
    log, told = made.drivers.log, asyncio.Event()
    _listen(told)
    app = Parting(Prepared(service))
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
    await _end(service, server, serving)
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
            lifespan="off",
            log_config=None,
            access_log=False,  # telemetry says what was answered
            server_header=False,
            proxy_headers=False,  # whom to believe is a setting: clients.py
            timeout_keep_alive=KEEP_ALIVE_S,
            timeout_graceful_shutdown=ANSWERING_S,
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


async def _end(service: Service, server: Server, serving: asyncio.Task[None]) -> None:
    service.drain()
    await asyncio.sleep(LINGER_S)
    server.should_exit = True
    await serving
    await service.finish(FINISHING_S)
    await service.stop()


async def _close(closing: Sequence[Callable[[], Awaitable[object]]]) -> None:
    for close in closing:
        with suppress(Exception):  # the process ends in any case
            async with asyncio.timeout(CLOSING_S):
                await close()
