"""Opens a shop of processes; nothing of it outlives the context."""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Final

from boxoffice.real import (
    HOST,
    STOP_S,
    Delivery,
    DidNotStart,
    Process,
    Servers,
    Tamper,
    end_all,
    minimal_environment,
    tampered,
)
from boxoffice.world import Faults
from scenarios.shop.real import process_environment
from scenarios.shop.real.shop import LEAVE_S, ProcessShop
from services.common.messaging import STREAM
from services.common.settings import NEEDED

SERVE: Final = (sys.executable, "-m", "services")

Tell = Callable[[Delivery], object]


@asynccontextmanager
async def process_shop(
    folder: Path,
    *,
    replicas: int = 1,
    window_s: int = 900,
    given: Mapping[str, str] | None = None,
    faults: Faults | None = None,
    tell: Tell = lambda _: None,
    command: Sequence[str] = SERVE,
    broker: str = "",
) -> AsyncIterator[ProcessShop]:
    """Open a shop whose processes keep their files in `folder`, and give it once it is ready.

    An order expires after `window_s`.  `given` are settings that come before ours; the stores that
    it names by URL are used.  `faults` puts a link between each instance and NATS, and `tell` hears
    of each delivery over it.  `command` runs a service when its name and address are added.
    `broker` is where NATS is, if not a server of the shop's own.
    Raises: CannotOpen.
    """
    instances = {service: named(service, replicas) for service in NEEDED}
    environment = minimal_environment() | process_environment.settings(window_s) | dict(given or {})
    async with AsyncExitStack() as stack:
        servers = Servers(folder, given or {}, minimal_environment(), broker)
        await _up(stack, servers.processes.values(), STOP_S)
        environment |= servers.settings
        links = {}
        if faults is not None:
            links = await _linked(stack, instances, servers.urls["nats"], faults, tell)
        services = {
            instance: _service(instance, [*command, service], folder, environment, links)
            for service, names in instances.items()
            for instance in names
        }
        await _up(stack, services.values(), LEAVE_S)
        shop = ProcessShop(instances, services | servers.processes, links, servers.urls)
        await shop.ready()
        yield shop


def named(service: str, replicas: int) -> list[str]:
    """Return the names of the instances of a service.

    >>> named("orders", 2)
    ['orders', 'orders-2']
    """
    return [service, *(f"{service}-{number}" for number in range(2, replicas + 1))]


async def _linked(
    stack: AsyncExitStack,
    instances: Mapping[str, Sequence[str]],
    nats_url: str,
    faults: Faults,
    tell: Tell,
) -> dict[str, Tamper]:
    speaking = [service for service in instances if "NATS_URL" in NEEDED[service]]
    return {
        instance: await stack.enter_async_context(
            tampered(nats_url, STREAM, faults.delivery_delays, tell)
        )
        for service in speaking
        for instance in instances[service]
    }


def _service(
    instance: str,
    words: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    links: Mapping[str, Tamper],
) -> Process:
    def command(port: int) -> list[str]:
        return [*words, "--host", HOST, "--port", str(port)]

    linked = {"NATS_URL": links[instance].url} if instance in links else {}
    return Process(instance, command, folder, environment={**environment, **linked})


async def _up(stack: AsyncExitStack, processes: Iterable[Process], within_s: float) -> None:
    """Start them all at once; `stack` ends them all at once, within so many seconds."""
    stack.push_async_callback(asyncio.to_thread, end_all, processes, within_s)
    try:
        async with asyncio.TaskGroup() as starting:
            for process in processes:
                starting.create_task(process.come_up())
    except ExceptionGroup as failed:
        did_not, _ = failed.split(DidNotStart)
        raise (did_not or failed).exceptions[0] from None
