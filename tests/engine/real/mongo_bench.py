"""An empty MongoDB of ours, for PyMongo and for the protocol by hand."""

import asyncio
import struct
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta

import bson
from pymongo import AsyncMongoClient
from pymongo.errors import OperationFailure
from pytest import raises

from boxoffice.real.stores.mongo import serve_mongo

HOST = "127.0.0.1"
ANSWER_S = 20.0
MORE_TO_COME, CHECKSUM = 2, 1


class Clock:
    """Stands still until it is moved."""

    def __init__(self):
        self.time = datetime(2030, 1, 1, 12, tzinfo=UTC)

    def now(self):
        return self.time

    def pass_(self, **duration):
        self.time += timedelta(**duration)


def framed(opcode, content, number=7):
    return struct.pack("<iiii", 16 + len(content), number, 0, opcode) + content


def command(document, flags=0, sequences=None, number=7):
    """Return an OP_MSG; a checksum that is announced is there, and nobody looks at it."""
    body = b"\0" + bson.encode(document if "$db" in document else {**document, "$db": "shop"})
    for name, documents in (sequences or {}).items():
        content = name.encode() + b"\0" + b"".join(map(bson.encode, documents))
        body += b"\1" + struct.pack("<i", 4 + len(content)) + content
    tail = b"\xff\xff\xff\xff" if flags & CHECKSUM else b""
    return framed(2013, struct.pack("<I", flags) + body + tail, number)


def query(document, collection="admin.$cmd"):
    """Return an OP_QUERY, by which drivers begin."""
    head = struct.pack("<i", 0) + collection.encode() + b"\0" + struct.pack("<ii", 0, -1)
    return framed(2004, head + bson.encode(document))


class Wire:
    """One connection."""

    def __init__(self, reader, writer):
        self._reader = reader
        self.writer = writer

    async def say(self, message):
        self.writer.write(message)
        await self.writer.drain()

    async def heard(self):
        """Return the number that an answer is to, its opcode and its document."""
        async with asyncio.timeout(ANSWER_S):
            head = await self._reader.readexactly(16)
            length, _, answers, opcode = struct.unpack("<iiii", head)
            content = await self._reader.readexactly(length - 16)
        return answers, opcode, bson.decode(content[5:] if opcode == 2013 else content[20:])

    async def ask(self, document, **more):
        await self.say(command(document, **more))
        return (await self.heard())[2]

    async def is_closed(self):
        """Wait until the server has closed the connection, with nothing more said."""
        async with asyncio.timeout(ANSWER_S):
            try:
                return await self._reader.read() == b""
            except ConnectionResetError:
                return True


@asynccontextmanager
async def wire(url):
    host, port = url.removeprefix("mongodb://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        yield Wire(reader, writer)
    finally:
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()


def played(story):
    """Play `story(url, clock)` with an empty server."""

    async def play():
        clock = Clock()
        async with serve_mongo(HOST, 0, clock) as url:
            return await story(url, clock)

    return asyncio.run(play())


def spoken(talk):
    """Have `talk(wire)` with an empty server."""

    async def story(url, clock):
        async with wire(url) as line:
            return await talk(line)

    return played(story)


@asynccontextmanager
async def shop(url):
    async with AsyncMongoClient(url) as client:
        yield client["shop"]


def told(story):
    """Play `story(database, clock)` with PyMongo on an empty server."""

    async def play(url, clock):
        async with shop(url) as database:
            return await story(database, clock)

    return played(play)


async def code(attempt):
    """Return the number of the error that an attempt ends with."""
    with raises(OperationFailure) as refused:
        await attempt
    return refused.value.code
