"""fakeredis over Redis' protocol: its own TCP server, in threads of its own."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from threading import Thread
from typing import Any, Final

from fakeredis import TcpFakeServer
from redis.exceptions import ResponseError

LOOK_S: Final = 0.05  # between two looks whether to end


class _Server(TcpFakeServer):
    request_queue_size = 128  # clients that connect at once; socketserver has 5

    def __init__(self, address: tuple[str | bytes | bytearray, int]) -> None:
        super().__init__(address)
        self.RequestHandlerClass = _forgiving(self.RequestHandlerClass)

    def handle_error(self, request: Any, client_address: Any) -> None:
        if not isinstance(sys.exception(), OSError):  # a client that is gone needs no words
            super().handle_error(request, client_address)


def _forgiving(theirs: Any) -> Any:
    """Return a handler that goes on after a command that was refused, as Redis does.

    fakeredis sends the refusal and closes the connection, since it raises refusals.
    """

    class Handler(theirs):  # type: ignore[misc]  # known at run time, as its module is private
        def setup(self) -> None:
            super().setup()
            client = self.current_client
            client.read_response = _returned(client.read_response)

    return Handler


def _returned(read: Callable[[], Any]) -> Callable[[], Any]:
    def read_response() -> Any:
        try:
            return read()
        except ResponseError as refusal:
            return refusal

    return read_response


@asynccontextmanager
async def serve_redis(host: str, port: int) -> AsyncIterator[str]:
    """Serve an empty Redis, which is forgotten at the end; give its URL.  Raises: OSError."""
    server = _Server((host, port))
    accepting = Thread(target=server.serve_forever, args=(LOOK_S,), name="redis")
    accepting.start()
    try:
        yield f"redis://{host}:{server.server_address[1]}/0"
    finally:
        await asyncio.to_thread(_end, server)
        accepting.join()


def _end(server: TcpFakeServer) -> None:
    server.shutdown()
    server.server_close()
