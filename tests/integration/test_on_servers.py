"""Services as processes on real servers, which go away and come back."""

import asyncio
import itertools
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import jwt
import nats
import pytest
import redis
import structlog
from nats.js import JetStreamContext

from boxoffice.real.process import Process, running
from services.common.cancellation import Cancellation
from services.common.clock import iso
from services.common.events import (
    Event,
    OrderCreated,
    PricedTicket,
    TicketCreated,
    enclose,
    open_envelope,
)
from services.common.ids import SystemIds
from services.common.messaging import Consumer
from services.common.telemetry import Telemetry
from services.common.versioning import Decision
from tests.integration.operated import SECRET, Operated, eventually, operated
from tests.real.servers import mongo_process, nats_process

pytestmark = pytest.mark.real

BACK_S = 30.0  # reconnecting, then at most one fetch that waits in vain
TICKET, ORDER = "65f0c0ffee0123456789abcd", "65f0c0ffee0123456789abce"
SUE, ANA = "65f0c0ffee0123456789ab01", "65f0c0ffee0123456789ab02"
TELEMETRY = Telemetry("orders", structlog.wrap_logger(structlog.ReturnLogger()))


@pytest.fixture
def asked():
    """Wait for an answer of asynchronous code."""
    return asyncio.run


@pytest.fixture
def broker(tmp_path):
    with running(nats_process(tmp_path)) as process:
        yield process


@pytest.fixture
def documents(tmp_path):
    with running(mongo_process(tmp_path, durable=True)) as process:
        yield process


@pytest.fixture
def expiration(tmp_path, broker, timers):
    settings = {"NATS_URL": f"nats://{broker.address}", "REDIS_URL": f"redis://{timers.address}"}
    with operated("expiration", tmp_path / "expiration.json", **settings) as service:
        eventually(service.is_ready)
        yield service


@pytest.fixture
def orders(tmp_path, broker, documents):
    settings = {
        "NATS_URL": f"nats://{broker.address}",
        "MONGO_URL": f"mongodb://{documents.address}",
    }
    with operated("orders", tmp_path / "orders.json", **settings) as service:
        eventually(service.is_ready)
        yield service


class Stream:
    """The stream, as another service would use it; a connection of its own for each question."""

    def __init__(self, broker: Process) -> None:
        self._url = f"nats://{broker.address}"

    async def publish(self, event: Event) -> None:
        time = iso(datetime.now(UTC))
        payload = enclose(event, source="/services/test", time=time).model_dump_json().encode()
        connection = await nats.connect(self._url)
        await connection.jetstream().publish(
            event.type, payload, headers={"Nats-Msg-Id": event.message_id}
        )
        await connection.close()

    async def holds(self, subject: str) -> list[Event]:
        connection = await nats.connect(self._url)
        jetstream, found = connection.jetstream(), []
        last = (await jetstream.stream_info("TICKETING")).state.last_seq
        for at in range(1, last + 1):
            message = await jetstream.get_msg("TICKETING", at)
            if message.subject == subject:
                found.append(open_envelope(message.data)[1])
        await connection.close()
        return found

    async def unacknowledged(self, service: str) -> int:
        connection = await nats.connect(self._url)
        info = await connection.jetstream().consumer_info("TICKETING", service)
        await connection.close()
        return info.num_ack_pending + info.num_pending


def order_created(id: str, expires_in_s: float) -> OrderCreated:
    expires_at = iso(datetime.now(UTC) + timedelta(seconds=expires_in_s))
    ticket = PricedTicket(id=TICKET, price=4_500, hold=1)
    return OrderCreated(
        id=id, version=0, status="created", user_id=ANA, expires_at=expires_at, ticket=ticket
    )


def measured(service: Operated, name: str) -> float:
    lines = service.get("/metrics").text.splitlines()
    (line,) = [line for line in lines if line.startswith(f"boxoffice_{name} ")]
    return float(line.split()[1])


def test_a_timer_rings_over_real_servers(expiration, broker, asked):
    stream = Stream(broker)
    asked(stream.publish(order_created(ORDER, expires_in_s=1.0)))
    (rung,) = eventually(lambda: asked(stream.holds("expiration.complete")))
    assert rung.aggregate_id == ORDER
    assert eventually(lambda: asked(stream.unacknowledged("expiration")) == 0)
    decided = [line for line in expiration.said("decided") if line["type"] == "order.created"]
    assert [(line["order"], line["decision"]) for line in decided] == [(ORDER, "apply")]


@pytest.mark.parametrize("server", ["broker", "timers"])
def test_a_service_that_loses_a_server_is_unready_and_comes_back_by_itself(
    server, expiration, broker, timers, asked
):
    lost = {"broker": broker, "timers": timers}[server]
    lost.kill()
    name = {"broker": "nats", "timers": "redis"}[server]
    eventually(lambda: expiration.reason() == f"Not ready: {name}")
    lost.start()
    eventually(expiration.is_ready)
    stream = Stream(broker)
    asked(stream.publish(order_created(ORDER, expires_in_s=0.0)))
    assert eventually(lambda: asked(stream.holds("expiration.complete")), BACK_S)
    assert expiration.process.poll() is None


def test_a_timer_that_is_set_is_measured(expiration, broker, timers, asked):
    asked(Stream(broker).publish(order_created(ORDER, expires_in_s=900.0)))
    eventually(lambda: measured(expiration, "timers_set") == 1)
    assert measured(expiration, "timers_late") == 0
    with redis.Redis(port=timers.port) as store:
        assert store.zcard("timers") == 1


def test_an_order_is_placed_announced_and_kept_when_its_service_leaves(orders, broker, asked):
    stream = Stream(broker)
    ticket = TicketCreated(id=TICKET, version=0, title="Front row", price=4_500, user_id=SUE)
    asked(stream.publish(ticket))
    body, cookies = {"ticketId": TICKET}, {"Cookie": f"jwt={session()}"}
    placed = eventually(lambda: placed_order(orders, body, cookies))
    assert placed["ticket"]["id"] == TICKET
    status = orders.leaves()
    (created,) = asked(stream.holds("order.created"))
    assert (created.aggregate_id, status) == (placed["id"], 0)
    assert asked(stream.unacknowledged("orders")) == 0


def test_orders_is_unready_without_mongodb_and_comes_back_with_it(orders, documents):
    documents.kill()
    eventually(lambda: orders.reason() == "Not ready: mongo")
    assert orders.get("/api/orders").status_code == 401
    documents.start()
    assert eventually(orders.is_ready)


def test_a_consumer_that_has_ended_leaves_no_request_that_would_swallow_a_message(broker, asked):
    async def story() -> int:
        connection = await nats.connect(f"nats://{broker.address}")
        jetstream, ending = connection.jetstream(), Cancellation()
        consumer = Consumer(jetstream, {TicketCreated: never}, TELEMETRY, SystemIds())
        running = asyncio.create_task(joined(ending, consumer))
        async with asyncio.timeout(10):
            await until_it_waits(jetstream)
        ending.ask()
        await asyncio.wait([running])
        await Stream(broker).publish(
            TicketCreated(id=TICKET, version=0, title="Front row", price=4_500, user_id=SUE)
        )
        successor = await jetstream.pull_subscribe_bind(durable="orders", stream="TICKETING")
        (message,) = await successor.fetch(1, timeout=10)
        await connection.close()
        return message.metadata.num_delivered

    assert asked(story()) == 1


async def joined(ending: Cancellation, consumer: Consumer) -> None:
    ending.join()
    await consumer.run()


async def until_it_waits(jetstream: JetStreamContext) -> None:
    for pause_s in itertools.repeat(0.05):
        await asyncio.sleep(pause_s)
        with suppress(nats.js.errors.NotFoundError):
            if (await jetstream.consumer_info("TICKETING", "orders")).num_waiting:
                return


async def never(_: Event) -> Decision:
    raise AssertionError("the consumer has ended")


def placed_order(orders: Operated, body: dict, headers: dict) -> dict | None:
    answer = orders.client.post("/api/orders", json=body, headers=headers)
    return answer.json() if answer.status_code == 201 else None


def session() -> str:
    now = int(datetime.now(UTC).timestamp())
    claims = {"id": ANA, "email": "ana@example.com", "iat": now, "exp": now + 600, "epoch": 0}
    return jwt.encode(claims, SECRET, algorithm="HS256")
