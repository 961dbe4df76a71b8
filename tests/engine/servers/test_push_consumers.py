"""Push consumers over links that take time, lose and break."""

import asyncio

from nats.js.api import ConsumerConfig
from pytest import approx, fixture

from boxoffice.net.calls import CallFault
from tests.engine.servers.nats_bench import Pair


@fixture
def pair():
    return Pair()


def test_a_message_that_is_lost_on_its_way_to_a_subscriber_comes_again(pair):
    async def story():
        await pair.one.jetstream().add_stream(name="S", subjects=["s.>"])
        sub = await pair.two.jetstream().subscribe("s.>", durable="d")
        pair.faults["server", "message"] = CallFault(lose_request=True)
        await pair.one.jetstream().publish("s.a", b"x")
        await asyncio.sleep(1)
        pair.faults.clear()
        message = await sub.next_msg(timeout=60)
        return message.data, message.metadata.num_delivered

    assert pair.run(story()) == (b"x", 2)
    assert pair.now() == approx(30, abs=1)


def test_an_acknowledgement_of_a_pushed_message_is_a_call_as_of_a_fetched_one(pair):
    async def story():
        js = pair.one.jetstream()
        await js.add_stream(name="S", subjects=["s.>"])
        sub = await js.subscribe("s.>", durable="d")
        await js.publish("s.a", b"x")
        await (await sub.next_msg()).ack()

    pair.run(story())
    assert pair.calls[-1] == ("client", "server", "ack", "s.a#1")


def test_a_long_stream_is_handed_out_to_its_end(pair):
    async def story():
        js = pair.one.jetstream()
        await js.add_stream(name="S", subjects=["s.>"])
        for _ in range(3000):
            pair.server.publish("s.a", b"x", {})
        config = ConsumerConfig(max_ack_pending=-1)
        sub = await js.subscribe("s.>", durable="d", config=config)
        await asyncio.sleep(1)
        return sub.pending_msgs

    assert pair.run(story()) == 3000


def test_what_a_crashed_subscriber_had_not_acknowledged_goes_to_the_next(pair):
    async def story():
        js = pair.one.jetstream()
        await js.add_stream(name="S", subjects=["s.>"])
        await pair.other.spawn(pair.two.jetstream().subscribe("s.>", queue="q"))
        await js.publish("s.a", b"x")
        await asyncio.sleep(1)
        pair.other.crash()
        sub = await js.subscribe("s.>", queue="q")
        return (await sub.next_msg(timeout=60)).metadata.num_delivered

    assert pair.run(story()) == 2
