"""Core NATS over links that take time, lose and break, and what nats-py has beyond it."""

import asyncio

import nats.errors
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import StreamSource
from pytest import approx, fixture, mark, raises

from boxoffice.errors import NotSimulated
from boxoffice.net.calls import CallFault
from tests.engine.servers.nats_bench import Pair


@fixture
def pair():
    return Pair()


async def answering(message):
    await message.respond(b"!" + message.data)


def test_a_request_crosses_four_ways_each_of_which_takes_time(pair):
    async def story():
        await pair.two.subscribe("ask", cb=answering)
        pair.calls.clear()
        began_s = pair.now()
        reply = await pair.one.request("ask", b"a")
        return reply.data, pair.now() - began_s

    data, took_s = pair.run(story())
    assert data == b"!a"
    assert 0.0008 < took_s < 0.1
    assert [it[:3] for it in pair.calls] == [
        ("client", "server", "publish"),
        ("server", "other", "message"),
        ("other", "server", "publish"),
    ]


@mark.parametrize(
    "lost", [("client", "publish"), ("server", "message"), ("other", "publish")], ids=str
)
def test_a_request_lost_on_any_way_times_out(pair, lost):
    async def story():
        await pair.two.subscribe("ask", cb=answering)
        pair.faults[lost] = CallFault(lose_request=True)
        with raises(nats.errors.TimeoutError):
            await pair.one.request("ask", b"a", timeout=1)

    pair.run(story())
    assert pair.now() == approx(1, abs=0.1)


def test_messages_keep_their_order_though_latencies_differ(pair):
    async def story():
        sub = await pair.two.subscribe("a")
        for n in range(200):
            await pair.one.publish("a", str(n).encode())
        return [int((await sub.next_msg()).data) for _ in range(200)]

    assert pair.run(story()) == list(range(200))


def test_a_late_message_holds_up_those_behind_it(pair):
    async def story():
        sub = await pair.two.subscribe("a")
        pair.faults["server", "message"] = CallFault(request_delay_s=1.0)
        await pair.one.publish("a", b"0")
        await asyncio.sleep(0.1)
        pair.faults.clear()
        await pair.one.publish("a", b"1")
        return [((await sub.next_msg(timeout=5)).data, pair.now()) for _ in range(2)]

    (first, at_s), (second, then_s) = pair.run(story())
    assert (first, second) == (b"0", b"1")
    assert 1.0 < at_s == then_s


def test_a_host_that_has_crashed_listens_no_more(pair):
    async def story():
        await pair.other.spawn(pair.two.subscribe("ask", cb=answering))
        await pair.one.request("ask", b"a")
        pair.other.crash()
        with raises(nats.errors.NoRespondersError):
            await pair.one.request("ask", b"a")

    pair.run(story())


def test_who_listened_to_a_server_that_was_down_listens_again(pair):
    async def story():
        sub = await pair.other.spawn(pair.two.subscribe("a"))
        pair.wires.server.crash()
        await asyncio.sleep(60)
        pair.wires.server.revive()
        await pair.one.publish("a", b"too early")
        await asyncio.sleep(5)
        await pair.one.publish("a", b"x")
        return (await sub.next_msg()).data

    assert pair.run(story()) == b"x"


def test_a_subscription_that_does_not_reach_the_server_is_made_later(pair):
    async def story():
        pair.faults["other", "subscribe"] = CallFault(lose_request=True)
        sub = await pair.two.subscribe("a")
        pair.faults.clear()
        await asyncio.sleep(5)
        await pair.one.publish("a", b"x")
        return (await sub.next_msg()).data

    assert pair.run(story()) == b"x"


def test_who_of_a_group_is_next_is_the_same_in_every_run():
    def order():
        pair, got = Pair(), []

        async def story():
            for who in range(3):

                async def note(message, who=who):
                    got.append(who)

                await pair.two.subscribe("work", queue="q", cb=note)
            for _ in range(30):
                await pair.one.publish("work")
            await asyncio.sleep(1)
            return got

        return pair.run(story())

    first = order()
    assert first == order()
    assert set(first) == {0, 1, 2}


def test_an_error_in_a_callback_is_reported_and_the_next_message_handled(pair):
    reported, got = [], []

    async def report(error):
        reported.append(str(error))

    async def failing(message):
        got.append(message.data)
        raise ValueError("no")

    async def story():
        pair.two.report = report
        await pair.two.subscribe("a", cb=failing)
        for word in (b"1", b"2"):
            await pair.one.publish("a", word)
        await asyncio.sleep(1)

    pair.run(story())
    assert (reported, got) == (["no", "no"], [b"1", b"2"])


# --- what is not there -----------------------------------------------------------------------


@mark.parametrize(
    "name",
    ["pause_consumer", "publish_async", "account_info"],
)
def test_what_jetstream_has_and_the_fake_has_not_is_named(pair, name):
    with raises(NotSimulated, match=name) as found:
        pair.run(getattr(pair.one.jetstream(), name)("x"))
    assert found.value.name == f"JetStreamContext.{name}"
    assert found.value.instead


def test_whatever_nats_py_has_is_there_or_says_that_it_is_not(pair):
    lacking = {name for name in dir(Client) if not name.startswith("_") and lacks(pair.one, name)}
    assert "rtt" in lacking
    assert lacking.isdisjoint({"subscribe", "publish", "request", "new_inbox", "is_connected"})


def lacks(fake, name):
    try:
        getattr(fake, name)
    except NotSimulated:
        return True
    return False


def test_every_method_of_a_context_is_nats_pys_or_refused(pair):
    js = pair.one.jetstream()
    for name in [it for it in dir(JetStreamContext) if not it.startswith("_")]:
        assert getattr(js, name) is not None


def test_what_a_server_says_of_itself_is_not_sent(pair):
    with raises(NotSimulated, match="trace"):
        pair.run(pair.one.subscribe("$JS.EVENT.>"))


def test_what_nats_py_does_not_know_is_the_callers_mistake(pair):
    with raises(AttributeError):
        _ = pair.one.colour


@mark.parametrize(
    ("name", "config"),
    [
        ("retention=workqueue", {"retention": "workqueue"}),
        ("sources", {"sources": [StreamSource(name="T")]}),
        ("mirror", {"mirror": StreamSource(name="T")}),
        ("no_ack", {"no_ack": True}),
    ],
)
def test_a_stream_that_would_keep_other_messages_than_it_says_is_refused(pair, name, config):
    with raises(NotSimulated) as found:
        pair.run(pair.one.jetstream().add_stream(name="S", subjects=["s.>"], **config))
    assert found.value.name == f"StreamConfig.{name}"


@mark.parametrize(
    ("name", "config"),
    [
        ("headers_only", {"headers_only": True}),
        ("ack_policy=none", {"ack_policy": "none"}),
        ("ack_policy=all", {"ack_policy": "all", "deliver_subject": "here"}),
        ("rate_limit_bps", {"rate_limit_bps": 1, "deliver_subject": "here"}),
    ],
)
def test_a_consumer_that_would_deliver_otherwise_than_it_says_is_refused(pair, name, config):
    async def story():
        jetstream = pair.one.jetstream()
        await jetstream.add_stream(name="S", subjects=["s.>"])
        await jetstream.add_consumer(
            "S", **{"durable_name": "c", "ack_policy": "explicit", **config}
        )

    with raises(NotSimulated) as found:
        pair.run(story())
    assert found.value.name == f"ConsumerConfig.{name}"
