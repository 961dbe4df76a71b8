"""A lost update, as a test of detangle's."""

import asyncio

import detangle

count = 0


async def handle(reader, writer):
    global count
    line = await reader.readline()
    if line == b"read\n":
        writer.write(b"%d\n" % count)
    else:
        count = int(line)
        writer.write(b"ok\n")
    await writer.drain()
    writer.close()


async def ask(line):
    reader, writer = await asyncio.open_connection("counter", 8080)
    writer.write(line)
    answer = await reader.readline()
    writer.close()
    return answer


async def add_one():
    seen = int(await ask(b"read\n"))
    await ask(b"%d\n" % (seen + 1))


# --- the test ---


async def serve():
    async with await asyncio.start_server(handle, "counter", 8080) as server:
        await server.serve_forever()


@detangle.test(net={"latency": (0.001, 0.05)})
async def test_both_count():
    global count
    count = 0
    server = detangle.spawn(serve(), host="counter")
    await asyncio.sleep(1)
    first = detangle.spawn(add_one(), host="ann")
    await asyncio.sleep(0.1)
    await asyncio.gather(first, detangle.spawn(add_one(), host="ben"))
    server.cancel()
    assert count == 2
