"""One client's socket, and the server that accepts them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from itertools import count

from bson.errors import InvalidDocument

from boxoffice.clock.clock import Clock
from boxoffice.real.stores.mongo import wire
from boxoffice.real.stores.mongo.commands import perform
from boxoffice.real.stores.mongo.engine import Engine
from boxoffice.real.stores.mongo.refusals import as_answer
from boxoffice.servers.mongo.terms import Document


class Connection(asyncio.Protocol):
    """Answers each message as soon as all of it is there, in the order of their arrival.

    A message that is cut short by the end of the connection has no effect.  Bytes that are no
    message end the connection, and no other.
    """

    def __init__(self, engine: Engine, others: "set[Connection]") -> None:
        self._engine = engine
        self._others = others
        self._received = bytearray()
        self._numbers = count(1)
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport), "TCP can be written to"
        self._transport = transport
        self._others.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self._others.discard(self)

    def data_received(self, data: bytes) -> None:
        self._received += data
        try:
            while (length := wire.length_of(self._received)) and length <= len(self._received):
                message = bytes(self._received[:length])
                del self._received[:length]
                self._respond(wire.read(message))
        except wire.Garbled:
            self.close()

    def answer(self, command: Document) -> Document:
        """Do one command; a server that knows users asks here who wants it."""
        return perform(self._engine, command)

    def close(self) -> None:
        """End the connection; what was answered may be lost on its way."""
        self._received.clear()
        if self._transport is not None:
            self._transport.abort()

    def _respond(self, request: wire.Request) -> None:
        answer = self.answer(request.command)
        if request.wants_answer and self._transport is not None:
            self._transport.write(self._written(request, answer))

    def _written(self, request: wire.Request, answer: Document) -> bytes:
        number = next(self._numbers)
        try:
            return wire.answer(request, number, answer)
        except (InvalidDocument, OverflowError) as error:  # what a pipeline made is no document
            return wire.answer(request, number, as_answer(error))


@asynccontextmanager
async def serve_mongo(host: str, port: int, clock: Clock) -> AsyncIterator[str]:
    """Serve an empty MongoDB, which is forgotten at the end; give its URL.  Raises: OSError."""
    engine, connections = Engine(clock), set[Connection]()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(engine, connections), host, port)
    try:
        yield f"mongodb://{host}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for connection in list(connections):
            connection.close()
        await server.wait_closed()
