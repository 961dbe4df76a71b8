"""`python -m warehouse inventory|courier`: one of the two, on real servers."""

import asyncio
import sys

import nats
import uvicorn
from pymongo import AsyncMongoClient
from redis.asyncio import Redis

from warehouse.courier import courier
from warehouse.drivers import Drivers
from warehouse.inventory import inventory


async def main(service: str) -> None:
    drivers = Drivers(
        mongo=AsyncMongoClient("mongodb://mongo:27017"),
        nats=await nats.connect("nats://nats:4222"),
        redis=Redis.from_url("redis://redis:6379"),
    )
    if service == "courier":
        await courier(drivers)
    else:
        await uvicorn.Server(uvicorn.Config(inventory(drivers), port=8000)).serve()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
