"""Two hosts and the links between them, with nothing else in their world."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import simpy

from boxoffice.clock.loop import SimLoop
from boxoffice.clock.randomness import Randomness
from boxoffice.net.calls import CallFault
from boxoffice.net.host import Host, adopt_by_host
from boxoffice.net.network import Link, Network
from boxoffice.trace.trace import Trace


class Wires:
    """A client, a server, and what faults make of every call between them."""

    def __init__(self, seed: int = 0, fault: CallFault | None = None) -> None:
        self.loop = SimLoop(simpy.Environment())
        self.loop.on_task = adopt_by_host
        self.trace = Trace(self.loop.time)
        self.network = Network(self.loop, Randomness(seed), self.trace)
        self.network.fault_for = lambda call: fault
        self.client, self.server = self.host("client"), self.host("server")
        self.link = self.between(self.client, self.server)
        self.effects: list[Any] = []

    def host(self, name: str) -> Host:
        """Return a new host."""
        return Host(name, self.loop)

    def between(self, source: Host, target: Host) -> Link:
        """Return a link that waits 5 s for an answer."""
        return self.network.link(source.life, target, timeout_s=5.0)

    def effect(self) -> str:
        """Do what can be seen afterwards."""
        self.effects.append(self.loop.time())
        return "done"

    async def slow_effect(self, after_s: float = 10.0) -> str:
        """Do it after a while."""
        await asyncio.sleep(after_s)
        return self.effect()

    def call(self, effect: Callable[[], Any] | None = None) -> Any:
        """Make one call to its end, and return what it returns."""
        return self.run(self.link.call("insert_one", "orders", effect or self.effect))

    def run(self, work: Awaitable[Any]) -> Any:
        """Run until something is done."""
        return self.loop.run_until_complete(work)
