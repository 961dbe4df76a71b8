import asyncio
import json

from nats.aio.client import Client
from nats.aio.msg import Msg
from pytest import fixture, mark

from scenarios.shop.real.paced_nats import PacedNats

SECOND = 10**9
PULL = "$JS.API.CONSUMER.MSG.NEXT.TICKETING.orders"
ACK = "$JS.ACK.TICKETING.orders.1.1.1.1.0"


@fixture
def sent(monkeypatch):
    """Return what reaches nats-py: subject, payload, and the time-out of a request."""
    sent = []

    async def publish(self, subject, payload=b"", reply="", headers=None):
        sent.append((subject, payload))

    async def request(self, subject, payload=b"", timeout=0.5, old_style=False, headers=None):
        sent.append((subject, payload, timeout))

    monkeypatch.setattr(Client, "publish", publish)
    monkeypatch.setattr(Client, "request", request)
    return sent


def test_a_pull_waits_at_the_broker_as_long_as_the_shop_waits_for_it(sent):
    asked = {"batch": 16, "expires": 30 * SECOND, "idle_heartbeat": 6 * SECOND}
    asyncio.run(PacedNats(60).publish(PULL, json.dumps(asked).encode(), "inbox"))
    [(subject, payload)] = sent
    assert subject == PULL
    assert json.loads(payload) == {
        "batch": 16,
        "expires": SECOND // 2,
        "idle_heartbeat": SECOND // 10,
    }


def test_a_refused_message_stays_away_for_a_share_of_its_delay(sent):
    message = Msg(PacedNats(10), reply=ACK)
    asyncio.run(message.nak(delay=2.0))
    assert sent == [(ACK, b'-NAK {"delay": 200000000}')]


@mark.parametrize("answer", [Msg.Ack.Ack, Msg.Ack.Nak, Msg.Ack.Term, Msg.Ack.Progress])
def test_an_answer_without_a_delay_goes_as_it_is(sent, answer):
    asyncio.run(PacedNats(60).publish(ACK, answer))
    assert sent == [(ACK, answer)]


def test_an_event_goes_as_it_is(sent):
    event = b'-NAK {"expires": 30}'
    asyncio.run(PacedNats(60).publish("order.created", event))
    assert sent == [("order.created", event)]


def test_a_consumer_is_made_with_a_share_of_its_deadline(sent):
    config = {"durable_name": "orders", "ack_wait": 30 * SECOND, "max_deliver": -1}
    subject = "$JS.API.CONSUMER.DURABLE.CREATE.TICKETING.orders"
    asked = json.dumps({"stream_name": "TICKETING", "config": config}).encode()
    asyncio.run(PacedNats(60).request(subject, asked))
    made = json.loads(sent[0][1])
    assert made["config"] == config | {"ack_wait": SECOND // 2}
    assert made["stream_name"] == "TICKETING"


def test_an_answer_may_take_as_long_as_the_machine_needs(sent):
    asyncio.run(PacedNats(60).request("$JS.API.STREAM.INFO.TICKETING", timeout=5))
    assert sent[0][2] == 300
