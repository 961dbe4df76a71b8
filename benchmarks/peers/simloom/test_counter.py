"""A lost update, as a test of simloom's."""

import asyncio

import simloom

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


async def later():
    await asyncio.sleep(0.1)
    await add_one()


@simloom.test(runs=200)
async def test_both_count(world):
    global count
    count = 0
    world.net.set_latency(0.001, 0.05)
    world.host("counter").spawn(serve)
    await world.sleep(1)
    people = [world.host("ann").spawn(add_one), world.host("ben").spawn(later)]
    await asyncio.gather(*people)
    assert count == 2
