"""Whether the servers that a service was handed can be reached."""

from collections.abc import Mapping

from services.common.drivers import Drivers
from services.common.service import Step


def probes(drivers: Drivers) -> Mapping[str, Step]:
    """Return a probe for each server; one raises while its server is out of reach."""

    async def mongo() -> None:
        await drivers.database.command("ping")

    async def nats() -> None:
        if not drivers.nats.is_connected:
            raise ConnectionError("NATS is not connected")

    async def redis() -> None:
        await drivers.redis.ping()

    handed = {"mongo": drivers.database, "nats": drivers.nats, "redis": drivers.redis}
    return {
        probe.__name__: probe
        for probe in (mongo, nats, redis)
        if handed[probe.__name__] is not None
    }
