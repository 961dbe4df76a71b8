"""A MongoDB that is some milliseconds away, as one is whose majority has to agree."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final
from urllib.parse import urlsplit

from boxoffice.real.process import HOST
from boxoffice.real.servers import Embedded

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]

CHUNK: Final = 1 << 16


@asynccontextmanager
async def far_mongo(after_s: float) -> AsyncIterator[str]:
    """Give the URL of a MongoDB whose answers come so much later.  Raises: DidNotStart."""
    with TemporaryDirectory() as folder:
        stores = Embedded(Path(folder), ["redis", "stripe"])
        await stores.process.come_up()
        try:
            near = urlsplit(stores.urls["mongo"])
            server = await asyncio.start_server(_to(near.port or 0, after_s), HOST, 0)
            async with server:
                yield f"mongodb://{HOST}:{server.sockets[0].getsockname()[1]}"
        finally:
            await asyncio.to_thread(stores.process.stop)


def _to(port: int, after_s: float) -> Serve:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, to_there = await asyncio.open_connection(HOST, port)
        with suppress(OSError):
            await asyncio.gather(_pump(reader, to_there, 0.0), _pump(there, writer, after_s))

    return serve


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, after_s: float) -> None:
    loop = asyncio.get_running_loop()
    while data := await reader.read(CHUNK):
        loop.call_later(after_s, writer.write, data)
    loop.call_later(after_s, writer.close)
