"""The shop as it runs in production: each service a process, each server another.

Any of them can be killed and started again, and a service's link to NATS can be tampered with.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

import httpx

from boxoffice.clock import Stopwatch
from boxoffice.real import CannotOpen, Counts, NotReady, Process, Tamper, reasons

READY_S: Final = 60.0  # on a machine that is busy with other things
LEAVE_S: Final = 30.0  # what a service has between SIGTERM and SIGKILL
LOOK_S: Final = 0.05


class ProcessShop:
    """A shop of processes.

    `instances` names those of each service: `{"orders": ["orders", "orders-2"], …}`.  The URLs are
    the servers' own, past every link.  `processes` are all of them, by name: the instances, `nats`,
    and `redis` and `stores` where they are this shop's own.  `kills` counts who was killed here.
    """

    def __init__(
        self,
        instances: Mapping[str, Sequence[str]],
        processes: Mapping[str, Process],
        links: Mapping[str, Tamper],
        urls: Mapping[str, str],
    ) -> None:
        self.instances = instances
        self.links = links
        self.nats_url = urls["nats"]
        self.mongo_url = urls["mongo"]
        self.redis_url = urls["redis"]
        self.stripe_url = urls["stripe"]
        self.kills: Counter[str] = Counter()
        self.processes = processes

    @property
    def url_by_instance(self) -> dict[str, str]:
        """Return where every instance of every service answers."""
        return {name: self.url_of(name) for names in self.instances.values() for name in names}

    def url_of(self, instance: str) -> str:
        """Return where an instance of a service answers."""
        return f"http://{self.process(instance).address}"

    def process(self, name: str) -> Process:
        """Return an instance or a server.  Raises: CannotOpen, if there is none of that name."""
        if name not in self.processes:
            known = ", ".join(self.processes)
            raise CannotOpen(f"{name} is no process of this shop; there are {known}")
        return self.processes[name]

    def kill(self, name: str) -> None:
        """End a process as a power cut would.  Raises: CannotOpen, if there is none."""
        self.process(name).kill()
        self.kills[name] += 1

    async def stop(self, name: str) -> None:
        """Ask a process to end, and wait until it has.  Raises: CannotOpen, if there is none."""
        await asyncio.to_thread(self.process(name).stop, LEAVE_S)

    async def start(self, name: str) -> None:
        """Start a process where it was, and wait until it listens.  Raises: CannotOpen."""
        await self.process(name).come_up()

    async def restart(self, name: str) -> None:
        """Kill a process and start it again.  Raises: CannotOpen."""
        self.kill(name)
        await self.start(name)

    async def ready(self, within_s: float = READY_S) -> None:
        """Wait until every instance says that it is ready.  Raises: NotReady."""
        watch = Stopwatch()
        async with httpx.AsyncClient(trust_env=False) as client:
            while missing := await self._missing(client):
                if watch.elapsed_s() > within_s:
                    named = "; ".join(f"{name}: {why}" for name, why in missing.items())
                    raise NotReady(f"not ready in {within_s:g} s: {named}")
                await asyncio.sleep(LOOK_S)

    def ended(self) -> dict[str, int]:
        """Return who is not running any more, and its status; less than 0 is a signal."""
        states = {name: process.returncode for name, process in self.processes.items()}
        return {name: state for name, state in states.items() if state is not None}

    def log_of(self, name: str) -> str:
        """Return what a process has printed in all its lives.  Raises: CannotOpen."""
        return self.process(name).log()

    def heal(self) -> None:
        """Tamper with no link any more."""
        for link in self.links.values():
            link.heal()

    @property
    def counts(self) -> dict[str, Counts]:
        """Return what has come over the links, for each consumer, all its instances together."""
        total: dict[str, Counts] = {}
        for link in self.links.values():
            for consumer, counts in link.counts.items():
                total[consumer] = total.get(consumer, Counts()) + counts
        return total

    async def _missing(self, client: httpx.AsyncClient) -> dict[str, str]:
        urls, ended = self.url_by_instance, self.ended()
        gone = {name: f"ended with {ended[name]}" for name in urls if name in ended}
        asked = {name: url for name, url in urls.items() if name not in ended}
        return gone | await reasons(client, asked)
