"""A lost update, as a test of simloop's."""

import asyncio

from simloop import sim_test

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
    async with await asyncio.start_server(handle, port=8080) as server:
        await server.serve_forever()


@sim_test(seeds=200)
async def test_both_count():
    global count
    count = 0
    net = asyncio.get_running_loop().net
    net.set_defaults(latency=(0.001, 0.05))
    net.host("counter").create_task(serve())
    await asyncio.sleep(1)
    first = net.host("ann").create_task(add_one())
    await asyncio.sleep(0.1)
    await asyncio.gather(first, net.host("ben").create_task(add_one()))
    assert count == 2
