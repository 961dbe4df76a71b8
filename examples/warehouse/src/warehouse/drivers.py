"""What both services are handed: clients of the servers that they need."""

from dataclasses import dataclass
from typing import Any

from nats.aio.client import Client
from pymongo import AsyncMongoClient
from redis.asyncio import Redis


@dataclass
class Drivers:
    """Connected clients."""

    mongo: AsyncMongoClient[Any]
    nats: Client
    redis: Redis
