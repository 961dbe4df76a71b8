"""Three hosts and their links, under the faults of an engine."""

import asyncio

from boxoffice.clock.randomness import Randomness
from boxoffice.faults import Fault
from boxoffice.faults.engine import Faults
from boxoffice.net.network import Link
from tests.engine.wires import Wires


class Cables(Wires):
    """A client, a server, and a bystander whom the client can call `by` another link."""

    def __init__(self, *faults: Fault, seed: int = 0) -> None:
        super().__init__(seed)
        self.faults = Faults(
            faults, Randomness(seed), self.trace, self.loop.time, lambda host, down_s: None
        )
        self.network.fault_for = self.faults.fault_for
        self.bystander = self.host("bystander")
        self.by = self.between(self.client, self.bystander)

    def slow_link(self) -> Link:
        """Return a link to the server on which either leg takes half a second."""
        return self.network.link(self.client.life, self.server, (0.5, 1e-9), timeout_s=5.0)

    def begins(self) -> None:
        """Make a first call, as every world does at its beginning."""
        assert self.call() == "done"
        self.effects.clear()

    def kinds(self, *kinds: str) -> list[tuple[str, float]]:
        """Return the events of these kinds, and when they were, in seconds."""
        return [(it.kind, it.at_us / 1_000_000) for it in self.trace.of_kind(*kinds)]

    async def later(self, moment_s: float) -> None:
        """Wait until that moment."""
        await asyncio.sleep(moment_s - self.loop.time())
