"""A fake Redis with two clients, over links whose calls are noted and can be lost."""

from boxoffice.servers.redis import FakeRedis, FakeRedisServer
from tests.engine.wires import Wires


class Pair:
    """A server, two clients of one host, and the calls between them."""

    def __init__(self):
        self.wires = Wires()
        self.server = FakeRedisServer()
        self.calls = []
        self.faults = {}
        self.wires.network.fault_for = self.fault_for
        self.one, self.two = (FakeRedis(self.server, self.wires.link) for _ in range(2))

    def fault_for(self, call):
        self.calls.append((call.source, call.verb, call.about))
        return self.faults.get(call.verb)

    def run(self, work):
        return self.wires.run(work)

    def now(self):
        return self.wires.loop.time()
