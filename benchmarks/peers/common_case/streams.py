"""A versioned document behind a network of streams, and who counts in it; for whoever has one.

A writer adds one to what it has read: only if nobody has written meanwhile, and else once more.
With the mistake it writes what it has in any case.
"""

import asyncio

HOST, PORT = "store", 8080
WRITERS = 3
APART_S = 0.1  # between the beginnings of two writers
LATENCY_S = (0.001, 0.05)  # as in the quick-starts of detangle, simloom and simloop


class Store:
    """One document, which is version 0 and counts nothing as yet."""

    def __init__(self):
        self.version = self.count = 0

    async def serve(self):
        async with await asyncio.start_server(self.answer, HOST, PORT) as server:
            await server.serve_forever()

    async def answer(self, reader, writer):
        while line := await reader.readline():
            writer.write(self.done(*line.split()))
            await writer.drain()
        writer.close()

    def done(self, verb, *given):
        if verb == b"write":
            count, *expected = map(int, given)
            if expected and expected != [self.version]:
                return b"refused\n"
            self.count, self.version = count, self.version + 1
        return b"%d %d\n" % (self.count, self.version)


async def count_once(number, blind):
    """Add one to the document."""
    await asyncio.sleep(number * APART_S)
    reader, writer = await asyncio.open_connection(HOST, PORT)

    async def ask(line):
        writer.write(line)
        return await reader.readline()

    answer = b"refused\n"
    while answer == b"refused\n":
        count, version = map(int, (await ask(b"read\n")).split())
        expected = b"" if blind else b" %d" % version
        answer = await ask(b"write %d%b\n" % (count + 1, expected))
    writer.close()
