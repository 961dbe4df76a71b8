"""A TCP proxy in front of the NATS server, which is up exactly when the server is."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Final
from urllib.parse import urlsplit

from boxoffice.real.frames import LIMIT
from boxoffice.real.process import HOST

NATS_PORT: Final = 4222
CONNECT_S: Final = 5.0
LOOK_S: Final = 0.05  # between two looks whether the server is back
CLOSE_S: Final = 1.0  # for what was written and not yet sent
CHUNK: Final = 1 << 16

Side = tuple[asyncio.StreamReader, asyncio.StreamWriter]
Deliver = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Link:
    """Where clients connect.  `deliver` carries what the server says; the rest passes unchanged.

    The loop's seconds pass `pace` times as fast as the server's.
    """

    def __init__(self, host: str, port: int, deliver: Deliver, pace: float = 1.0) -> None:
        self._server = host, port
        self._deliver = deliver
        self._pace = pace
        self._lost = asyncio.Event()
        self._clients: set[asyncio.Task[None]] = set()

    async def keep_open(self, port_known: asyncio.Future[int], port: int = 0) -> None:
        """Take connections whenever the server does, on one and the same port, for ever."""
        while True:
            try:
                listener = await self._listener(port)
            except OSError as error:
                if not port_known.done():
                    port_known.set_exception(error)
                    return
                # While nobody listened on it, somebody else has taken the port.
                await asyncio.sleep(LOOK_S * self._pace)
                continue
            if not port_known.done():
                port = listener.sockets[0].getsockname()[1]
                port_known.set_result(port)
            try:
                await self._lost.wait()
            finally:
                listener.close()
            await self._until_it_answers()

    async def _listener(self, port: int) -> asyncio.Server:
        # Who is cancelled while asyncio begins to serve at once leaves the socket open.
        listener = await asyncio.start_server(
            self._connected, HOST, port, limit=LIMIT, start_serving=False
        )
        try:
            await listener.start_serving()
        except BaseException:
            listener.close()
            raise
        return listener

    async def close(self) -> None:
        """Let go of every client."""
        clients = list(self._clients)
        for client in clients:
            client.cancel()
        await asyncio.gather(*clients, return_exceptions=True)

    def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        client = asyncio.ensure_future(self._serve(reader, writer))
        self._clients.add(client)
        client.add_done_callback(self._clients.discard)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with closing(writer, self._pace):
            try:
                from_server, to_server = await self._connect()
            except OSError:
                self._lost.set()
                return
            async with closing(to_server, self._pace):
                await self._join((reader, writer), (from_server, to_server))

    async def _join(self, client: Side, server: Side) -> None:
        delivering = asyncio.ensure_future(self._deliver(server[0], client[1]))
        passing = asyncio.ensure_future(_pass(client[0], server[1]))
        try:
            await asyncio.wait((delivering, passing), return_when=asyncio.FIRST_COMPLETED)
            if delivering.done():
                self._lost.set()
        finally:
            delivering.cancel()
            passing.cancel()
            await asyncio.wait((delivering, passing))

    async def _connect(self) -> Side:
        async with asyncio.timeout(CONNECT_S * self._pace):
            return await asyncio.open_connection(*self._server, limit=LIMIT)

    async def _until_it_answers(self) -> None:
        self._lost.clear()
        while True:
            try:
                _, writer = await self._connect()
            except OSError:
                await asyncio.sleep(LOOK_S * self._pace)
            else:
                async with closing(writer, self._pace):
                    return


@asynccontextmanager
async def linked(
    nats_url: str, deliver: Deliver, at: int = 0, pace: float = 1.0
) -> AsyncIterator[str]:
    """Open a link to the server at `nats_url`, and give the URL for clients.

    While the server is away, the link refuses connections as the server would.  Raises: OSError, if
    the port `at` which it is to listen cannot be had.
    """
    parts = urlsplit(nats_url)
    link = Link(parts.hostname or HOST, parts.port or NATS_PORT, deliver, pace)
    port: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    keeping = asyncio.create_task(link.keep_open(port, at))
    try:
        yield f"nats://{HOST}:{await port}"
    finally:
        keeping.cancel()
        await asyncio.wait([keeping])
        await link.close()


async def _pass(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while some := await reader.read(CHUNK):
            writer.write(some)
            await writer.drain()


@asynccontextmanager
async def closing(writer: asyncio.StreamWriter, pace: float = 1.0) -> AsyncIterator[None]:
    """Close a connection in the end, and give what was written a moment to be sent."""
    try:
        yield
    finally:
        writer.close()
        try:
            async with asyncio.timeout(CLOSE_S * pace):
                await writer.wait_closed()
        except OSError:
            writer.transport.abort()
