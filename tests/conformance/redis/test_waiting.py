"""Commands that wait for what is not there yet."""

import asyncio

from pytest import mark

from boxoffice.servers.redis import FakeRedis

SHORT_S = 0.2

# fakeredis over TCP has no scripts, and a wait there holds up its client.
LEFT_OUT = "served"


async def blocked(client, count):
    """Wait until so many clients wait at the server."""
    async with asyncio.timeout(10):
        while await blocked_clients(client) < count:  # noqa: ASYNC110 - a server tells nobody
            await asyncio.sleep(0.01)


async def blocked_clients(client):
    if isinstance(client, FakeRedis):
        return client._server.blocked_clients
    return (await client.info("clients"))["blocked_clients"]


@mark.parametrize(
    "wait",
    [
        lambda it: it.blpop("q", timeout=SHORT_S),
        lambda it: it.brpop(["p", "q"], timeout=SHORT_S),
        lambda it: it.blmove("q", "r", timeout=SHORT_S),
        lambda it: it.brpoplpush("q", "r", timeout=SHORT_S),
        lambda it: it.bzpopmin("z", timeout=SHORT_S),
        lambda it: it.bzpopmax("z", timeout=SHORT_S),
        lambda it: it.blmpop(SHORT_S, 1, "q", direction="LEFT"),
        lambda it: it.bzmpop(SHORT_S, 1, ["z"], min=True),
        lambda it: it.xread({"s": "$"}, block=int(SHORT_S * 1000)),
    ],
)
def test_who_waits_for_nothing_has_waited_so_long(told, wait):
    async def story(client, *_):
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        found = await wait(client)
        return found, loop.time() - began_s

    found, took_s = told(story)
    assert not found
    assert SHORT_S * 0.9 <= took_s < SHORT_S * 20  # where others share the machine


def test_what_is_there_is_not_waited_for(told):
    async def story(client, *_):
        await client.rpush("q", "a", "b")
        await client.zadd("z", {"m": 1.5})
        first, last = await client.blpop("q", timeout=60), await client.brpop("q", timeout=60)
        return list(first), list(last), list(await client.bzpopmin("z", timeout=60))

    assert told(story) == ([b"q", b"a"], [b"q", b"b"], [b"z", b"m", 1.5])


def test_what_comes_wakes_who_waits(told):
    async def story(client, other, third, _):
        popped = asyncio.ensure_future(client.blpop(["p", "q"], timeout=60))
        least = asyncio.ensure_future(other.bzpopmin("z", timeout=60))
        read = asyncio.ensure_future(third.xread({"s": "$"}, block=60_000))
        await blocked(_, 3)
        await _.rpush("q", "a")
        await _.zadd("z", {"m": 1.5, "n": 0.5})
        await _.xadd("s", {"k": "v"})
        [entries] = (
            dict(await read).values()
            if isinstance(await read, dict)
            else [it[1] for it in await read]
        )
        return list(await popped), list(await least), await _.llen("q"), entries

    popped, least, left, entries = told(story)
    assert (popped, least, left) == ([b"q", b"a"], [b"z", b"n", 0.5], 0)
    entry = entries[0][0] if isinstance(entries[0], list) else entries[0]
    assert entry[1] == {b"k": b"v"}


def test_who_came_first_is_served_first(told):
    async def story(first, second, third, client):
        waiting = []
        for each in (first, second, third):
            waiting.append(asyncio.ensure_future(each.blpop("q", timeout=60)))
            await blocked(client, len(waiting))
        await client.rpush("q", "a", "b")
        await client.rpush("q", "c")
        return [(await it)[1] for it in waiting]

    assert told(story) == [b"a", b"b", b"c"]


def test_what_one_moves_another_finds(told):
    async def story(first, second, client, _):
        moved = asyncio.ensure_future(first.blmove("a", "b", timeout=60))
        popped = asyncio.ensure_future(second.blpop("b", timeout=60))
        await blocked(client, 2)
        await client.rpush("a", "x")
        return await moved, list(await popped), await client.exists("a", "b")

    assert told(story) == (b"x", [b"b", b"x"], 0)


def test_nobody_waits_in_a_transaction(told):
    async def story(client, *_):
        return await client.pipeline().blpop("q", timeout=60).set("a", 1).execute()

    assert told(story) == [None, True]


def test_a_transaction_that_pushes_wakes_who_waits(told):
    async def story(client, other, *_):
        popped = asyncio.ensure_future(client.blpop("q", timeout=60))
        await blocked(other, 1)
        await other.pipeline().rpush("q", "a").rpush("q", "b").execute()
        return list(await popped), await other.lrange("q", 0, -1)

    assert told(story) == ([b"q", b"a"], [b"b"])


def test_groups_read_each_entry_once(told):
    async def story(client, other, *_):
        await client.xgroup_create("s", "g", mkstream=True)
        ids = [await client.xadd("s", {"n": n}) for n in range(2)]
        read = [
            await each.xreadgroup("g", name, {"s": ">"}, count=1, block=1000)
            for each, name in ((client, "one"), (other, "two"))
        ]
        done = await client.xack("s", "g", *ids)
        pending = await client.xpending("s", "g")
        return len(read), done, pending["pending"]

    assert told(story) == (2, 2, 0)
