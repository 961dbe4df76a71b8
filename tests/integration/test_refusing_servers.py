"""Real servers that are there and will not: waited out, said, and applied afterwards."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import nats
import pytest
import redis

from boxoffice.real.process import running
from services.common.messaging import PARK_AFTER
from tests.integration.operated import Operated, eventually, operated
from tests.integration.test_on_servers import ORDER, Stream, measured, order_created
from tests.real.servers import nats_process

pytestmark = pytest.mark.real

MOST_BYTES = 256 * 1024
NOBODY = ("127.0.0.1", "9")


@pytest.fixture
def broker(tmp_path):
    with running(nats_process(tmp_path, most_bytes=MOST_BYTES)) as process:
        yield process


@pytest.fixture
def expiration(tmp_path, broker, timers):
    settings = {
        "NATS_URL": f"nats://{broker.address}",
        "REDIS_URL": f"redis://{timers.address}?decode_responses=True&socket_timeout=0.0001",
    }
    with operated("expiration", tmp_path / "expiration.json", **settings) as service:
        eventually(service.is_ready)
        yield service


def configured(setting: str, value: int) -> Callable[[redis.Redis], None]:
    return lambda store: store.config_set(setting, value)


REFUSE = {
    "read-only": (
        lambda store: store.replicaof(*NOBODY),
        lambda store: store.replicaof("no", "one"),
    ),
    "without replicas": (
        configured("min-replicas-to-write", 1),
        configured("min-replicas-to-write", 0),
    ),
    "full": (configured("maxmemory", 1), configured("maxmemory", 0)),
}


def refused(service: Operated) -> int:
    return sum(line["where"] == "order.created" for line in service.said("outage"))


@pytest.mark.parametrize(("refuse", "relent"), REFUSE.values(), ids=REFUSE)
def test_an_order_placed_while_redis_takes_no_writes_expires_all_the_same(
    refuse, relent, expiration, broker, timers
):
    stream = Stream(broker)
    with redis.Redis(port=timers.port) as store:
        refuse(store)
        asyncio.run(stream.publish(order_created(ORDER, expires_in_s=0.0)))
        eventually(lambda: refused(expiration) > PARK_AFTER)
        assert expiration.reason().startswith("Not ready: redis, events (Redis ")
        relent(store)
    (rung,) = eventually(lambda: asyncio.run(stream.holds("expiration.complete")), 60.0)
    assert rung.aggregate_id == ORDER
    assert eventually(expiration.is_ready)
    assert eventually(lambda: asyncio.run(stream.unacknowledged("expiration")) == 0)
    assert expiration.said("parked") == []
    assert expiration.said("failed") == []


def test_a_service_is_unready_while_nats_has_no_room_and_says_so(expiration, broker):
    stream = Stream(broker)
    asyncio.run(stream.publish(order_created(ORDER, expires_in_s=3.0)))
    eventually(lambda: measured(expiration, "timers_set") == 1)
    asyncio.run(filled(broker.address))
    eventually(lambda: expiration.reason() == "Not ready: timers (NATS 10023)")
    assert asyncio.run(stream.holds("expiration.complete")) == []
    asyncio.run(emptied(broker.address))
    assert eventually(lambda: asyncio.run(stream.holds("expiration.complete")))
    assert eventually(expiration.is_ready)


async def filled(address: str) -> None:
    connection = await nats.connect(f"nats://{address}")
    jetstream = connection.jetstream()
    await jetstream.add_stream(name="BALLAST", subjects=["ballast"])
    for size in (16_384, 1_024, 64):
        with suppress(nats.js.errors.ServiceUnavailableError):
            while True:
                await jetstream.publish("ballast", b"x" * size)
    await connection.close()


async def emptied(address: str) -> None:
    connection = await nats.connect(f"nats://{address}")
    await connection.jetstream().delete_stream("BALLAST")
    await connection.close()
