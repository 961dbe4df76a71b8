"""The courier ships what is reserved: a worker, which answers nobody."""

from contextlib import suppress
from typing import Any

from nats.errors import TimeoutError as NothingCame
from pymongo.errors import PyMongoError
from redis.asyncio import Redis
from warehouse.drivers import Drivers


async def courier(drivers: Drivers) -> None:
    shipments = drivers.mongo["shipping"]["shipments"]
    jetstream = drivers.nats.jetstream()
    await jetstream.add_stream(name="PARCELS", subjects=["parcels.*"])
    parcels = await jetstream.pull_subscribe("parcels.ship", durable="courier")
    while True:
        with suppress(NothingCame):
            for message in await parcels.fetch(4, timeout=5):
                try:
                    await ship(shipments, drivers.redis, message.data.decode())
                except PyMongoError:
                    await message.nak(delay=1)
                else:
                    await message.ack()


async def ship(shipments: Any, redis: Redis, reservation: str) -> None:
    """Ship a reservation, under a label with the next number, unless it has been shipped."""
    if not await redis.set(f"shipped:{reservation}", "yes", nx=True, ex=86_400):
        return
    label = await redis.incr("labels")
    await shipments.insert_one({"_id": reservation, "label": label})
