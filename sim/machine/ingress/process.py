"""The gateway of a shop of processes."""

import json
import sys
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from sim.machine import surroundings
from sim.machine.ingress.forwarding import STATUS
from sim.machine.process import Process
from sim.machine.shop import ProcessShop

Serving = Mapping[str, Sequence[str]]


@asynccontextmanager
async def gateway(folder: Path, shop: ProcessShop) -> AsyncIterator[Process]:
    """Run a gateway in front of a shop.  Raises: CannotOpen."""
    urls = json.dumps(
        {
            service: {name: shop.url_of(name) for name in instances}
            for service, instances in shop.instances.items()
        }
    )

    def command(port: int) -> list[str]:
        return [sys.executable, "-m", "sim.machine.ingress", "--port", str(port), urls]

    process = Process("gateway", command, folder, environment=surroundings.bare())
    await process.come_up()
    try:
        yield process
    finally:
        process.kill()  # nobody is behind whom it would have to finish anything for


async def serving(process: Process) -> Serving:
    """Return who is sent requests, by service.  Raises: httpx.TransportError."""
    async with httpx.AsyncClient(trust_env=False) as client:
        found: Serving = (await client.get(f"http://{process.address}{STATUS}")).json()
    return found
