"""Real stores and a Stripe elsewhere, for a shop whose loop may run faster than the machine.

Drivers measure their patience on the loop, so each is given as much more of it.
Nothing connects yet.
"""

from typing import Any, Final

import pymongo
import redis.asyncio
import stripe

from boxoffice.real import CannotOpen
from services.common.stores import mongo_client, redis_client
from services.common.stripe_client import stripe_client

PATIENCE_S: Final = 5.0  # of the machine's time, with one answer
STRIPE_PATIENCE_S: Final = 10.0


def remote_mongo(url: str, speed: float = 1.0) -> pymongo.AsyncMongoClient[dict[str, Any]]:
    """Return a client of a MongoDB server.  Raises: CannotOpen."""
    try:
        return mongo_client(url, PATIENCE_S * speed)
    except ValueError:  # its words may show the password
        raise CannotOpen("MONGO_URL is bad: not a MongoDB URL") from None


def remote_redis(url: str, speed: float = 1.0) -> redis.asyncio.Redis:
    """Return a client of a Redis server.  Raises: CannotOpen."""
    try:
        return redis_client(url, PATIENCE_S * speed)
    except ValueError:
        raise CannotOpen("REDIS_URL is bad: not a Redis URL") from None


def remote_stripe(api_base: str, key: str, speed: float = 1.0) -> stripe.StripeClient:
    """Return Stripe's client for the API at `api_base`, stripe-mock's for instance."""
    return stripe_client(key, stripe.HTTPXClient(timeout=STRIPE_PATIENCE_S * speed), api_base)
