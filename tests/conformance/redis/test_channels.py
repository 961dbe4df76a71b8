"""Publish and subscribe, and the lock that redis-py builds of a key."""

import asyncio

from pytest import raises
from redis.exceptions import LockError, LockNotOwnedError

# fakeredis over TCP has no scripts, and a wait there holds up its client.
LEFT_OUT = "served"


async def heard(pubsub, count):
    """Take so many messages that are not confirmations."""
    found = []
    async with asyncio.timeout(10):
        while len(found) < count:
            message = await pubsub.get_message(ignore_subscribe_messages=True, timeout=5)
            if message is not None:
                found.append((message["type"], message["channel"], message["data"]))
    return found


def test_what_is_published_reaches_who_has_subscribed(told):
    async def story(client, other, third, _):
        async with client.pubsub() as one, other.pubsub() as two:
            await one.subscribe("news", "other")
            await two.psubscribe("n*")
            await confirmed(one, 2)
            await confirmed(two, 1)
            counts = [await third.publish("news", n) for n in range(3)]
            nobody = await third.publish("elsewhere", 1)
            return counts, nobody, await heard(one, 3), await heard(two, 3)

    counts, nobody, one, two = told(story)
    assert (counts, nobody) == ([2, 2, 2], 0)
    assert one == [("message", b"news", str(n).encode()) for n in range(3)]
    assert two == [("pmessage", b"news", str(n).encode()) for n in range(3)]


async def confirmed(pubsub, count):
    """Wait until the server has confirmed so many subscriptions."""
    for _ in range(count):
        message = await pubsub.get_message(timeout=5)
        assert message["type"] in ("subscribe", "psubscribe")


def test_confirmations_count_the_channels(told):
    async def story(client, *_):
        async with client.pubsub() as pubsub:
            await pubsub.subscribe("a", "b")
            got = [await pubsub.get_message(timeout=5) for _ in range(2)]
            await pubsub.unsubscribe("a")
            got.append(await pubsub.get_message(timeout=5))
            return [(it["type"], it["channel"], it["data"]) for it in got]

    assert told(story) == [
        ("subscribe", b"a", 1),
        ("subscribe", b"b", 2),
        ("unsubscribe", b"a", 1),
    ]


def test_who_has_unsubscribed_hears_nothing(told):
    async def story(client, other, *_):
        async with client.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe("a", "b")
            await pubsub.unsubscribe("a")
            counts = [await other.publish(it, "x") for it in ("a", "b")]
            return counts, await heard(pubsub, 1)

    assert told(story) == ([0, 1], [("message", b"b", b"x")])


def test_a_closed_subscription_counts_no_more(told):
    async def story(client, other, *_):
        async with client.pubsub() as pubsub:
            await pubsub.subscribe("a")
            await confirmed(pubsub, 1)
        for _ in range(100):
            if await other.publish("a", "x") == 0:
                break
            await asyncio.sleep(0.02)
        return await other.pubsub_numsub("a")

    assert told(story) == [(b"a", 0)]


def test_messages_can_be_listened_to_and_handled(told):
    async def story(client, other, *_):
        handled = []
        async with client.pubsub() as pubsub:
            await pubsub.subscribe("a", b=handled.append)
            await other.publish("b", "1")
            await other.publish("a", "2")
            async for message in pubsub.listen():
                if message["type"] == "message":
                    return message["data"], [it["data"] for it in handled]

    assert told(story) == (b"2", [b"1"])


def test_nothing_comes_in_no_time(told):
    async def story(client, *_):
        async with client.pubsub() as pubsub:
            await pubsub.subscribe("a")
            await confirmed(pubsub, 1)
            return await pubsub.get_message(timeout=0.05), await pubsub.get_message()

    assert told(story) == (None, None)


# --- locks -----------------------------------------------------------------------------------


def test_a_lock_is_held_by_one_and_can_be_waited_for(told):
    async def story(client, other, *_):
        mine, yours = client.lock("l", timeout=10), other.lock("l", timeout=10, sleep=0.01)
        took = await mine.acquire(), await yours.acquire(blocking=False)
        waits = asyncio.ensure_future(yours.acquire(blocking_timeout=5))
        await asyncio.sleep(0.05)
        waiting = not waits.done()
        await mine.release()
        return took, waiting, await waits, await yours.owned(), await mine.owned()

    assert told(story) == ((True, False), True, True, True, False)


def test_a_lock_that_is_not_held_is_not_released(told):
    async def story(client, other, *_):
        lock = client.lock("l", timeout=10)
        with raises(LockError):
            await lock.release()
        await lock.acquire()
        await other.set("l", "stolen")
        with raises(LockNotOwnedError):
            await lock.release()
        return await other.get("l")

    assert told(story) == b"stolen"


def test_a_lock_is_extended_and_taken_anew(told):
    async def story(client, *_):
        async with client.lock("l", timeout=10) as lock:
            await lock.extend(20)
            more = await client.pttl("l")
            await lock.extend(5, replace_ttl=True)
            less = await client.pttl("l")
            await lock.reacquire()
            return more, less, await client.pttl("l")

    more, less, again = told(story)
    assert 25_000 < more <= 30_000
    assert 4_000 < less <= 5_000
    assert 9_000 < again <= 10_000


def test_a_lock_ends_by_itself(told):
    async def story(client, other, *_):
        await client.lock("l", timeout=0.05).acquire()
        return await other.lock("l", sleep=0.01).acquire(blocking_timeout=5)

    assert told(story) is True
