"""The gateway of a shop of processes."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from boxoffice.real import STATUS, Process, ingress_command, minimal_environment
from scenarios.shop.real.shop import ProcessShop
from scenarios.shop.system import ROUTES

Serving = Mapping[str, Sequence[str]]


@asynccontextmanager
async def gateway(folder: Path, shop: ProcessShop) -> AsyncIterator[Process]:
    """Run a gateway in front of a shop.  Raises: CannotOpen."""
    urls = {
        service: {name: shop.url_of(name) for name in instances}
        for service, instances in shop.instances.items()
    }
    # What nobody serves is refused by tickets, in the words of every other refusal.
    routes = dict(ROUTES) | {"/": "tickets"}

    def command(port: int) -> list[str]:
        return ingress_command(port, routes, urls)

    process = Process("gateway", command, folder, environment=minimal_environment())
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
