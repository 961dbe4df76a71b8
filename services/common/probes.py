"""Whether the servers that a service was handed can be reached, and would do its work.

A server may answer and still refuse every write: read-only, full, the user locked out.  So what is
asked of a store is to keep something.
"""

from collections.abc import Mapping
from typing import Final

from services.common.drivers import Drivers
from services.common.service import Step

KEPT: Final = "probe"  # one document, one key, written again and again


def probes(drivers: Drivers) -> Mapping[str, Step]:
    """Return a probe for each server; one raises while its server is no use."""

    async def mongo() -> None:
        at = {"$set": {"at": drivers.clock.now()}}
        await drivers.database[KEPT].update_one({"_id": KEPT}, at, upsert=True)

    async def nats() -> None:
        if not drivers.nats.is_connected:
            raise ConnectionError("NATS is not connected")

    async def redis() -> None:
        await drivers.redis.set(KEPT, 1)

    handed = {"mongo": drivers.database, "nats": drivers.nats, "redis": drivers.redis}
    return {
        probe.__name__: probe
        for probe in (mongo, nats, redis)
        if handed[probe.__name__] is not None
    }
