"""A fake Redis with two clients, over links whose calls are noted and can be lost."""

from boxoffice.servers.redis import FakeRedis, FakeRedisServer
from tests.engine.wires import Wires


class Pair:
    """A server, two clients of one host, and the calls between them."""

    def __init__(self):
        self.wires = Wires()
        self.server = FakeRedisServer()
        self.calls = []
        self.fates = {}
        self.wires.network.fate_of = self.fate_of
        self.one, self.two = (FakeRedis(self.server, self.wires.link) for _ in range(2))

    def fate_of(self, call):
        self.calls.append((call.source, call.verb, call.about))
        return self.fates.get(call.verb)

    def run(self, work):
        return self.wires.run(work)

    def now(self):
        return self.wires.loop.time()
