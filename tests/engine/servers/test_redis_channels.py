"""Subscriptions over links that take time, lose and break."""

import asyncio

import redis.exceptions
from pytest import fixture, raises

from boxoffice.net.calls import CallFault
from boxoffice.servers.redis import FakeRedis
from tests.engine.servers.redis_bench import Pair


@fixture
def pair():
    return Pair()


def test_a_message_travels_as_calls_do_and_can_be_lost(pair):
    async def story():
        async with pair.one.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe("news")
            await pair.two.publish("news", "1")
            pair.faults["message"] = CallFault(lose_request=True)
            await pair.two.publish("news", "2")
            pair.faults.clear()
            await pair.two.publish("news", "3")
            return await drained(pubsub)

    assert pair.run(story()) == [b"1", b"3"]
    assert pair.calls.count(("server", "message", "news")) == 3


async def drained(pubsub):
    found = []
    for _ in range(40):
        message = await pubsub.get_message(timeout=1)
        if message is not None:
            found.append(message["data"])
    return found


def test_messages_keep_their_order_on_a_slow_way(pair):
    async def story():
        async with pair.one.pubsub(ignore_subscribe_messages=True) as pubsub:
            await pubsub.subscribe("news")
            pair.faults["message"] = CallFault(request_delay_s=1.0)
            await pair.two.publish("news", "0")
            pair.faults.clear()
            for n in range(1, 30):
                await pair.two.publish("news", n)
            return await drained(pubsub)

    assert pair.run(story()) == [str(n).encode() for n in range(30)]


def test_a_client_that_has_crashed_is_no_receiver(pair):
    async def story():
        host = pair.wires.host("listener")
        listener = FakeRedis(pair.server, pair.wires.between(host, pair.wires.server)).pubsub()
        await host.spawn(listener.subscribe("news"))
        before = await pair.two.publish("news", "1")
        host.crash()
        return before, await pair.two.publish("news", "2")

    assert pair.run(story()) == (1, 0)


def test_who_listens_to_a_server_that_goes_down_is_told(pair):
    async def story():
        pubsub = pair.one.pubsub(ignore_subscribe_messages=True)
        await pubsub.subscribe("news")
        await pubsub.get_message(timeout=1)
        pair.wires.server.crash()
        with raises(redis.exceptions.ConnectionError):
            await pubsub.get_message(timeout=1)
        pair.wires.server.revive()
        await pubsub.connect()  # which subscribes anew
        received = await pair.two.publish("news", "1")
        return received, await drained(pubsub)

    assert pair.run(story()) == (1, [b"1"])


def test_who_subscribed_first_is_told_first():
    def order():
        pair = Pair()

        async def story():
            heard = []
            for n in range(8):
                pubsub = pair.one.pubsub()
                await pubsub.subscribe(news=lambda _, n=n: heard.append(n))
                pair.wires.loop.create_task(pubsub.run())
            await asyncio.sleep(1)
            await pair.two.publish("news", "x")
            sent = [call for call in pair.calls if call[1] == "message"]
            await asyncio.sleep(1)
            return heard, sent

        return pair.run(story())

    assert order() == order()
