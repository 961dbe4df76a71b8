"""A fake NATS server with two clients, over links whose calls are noted and can be lost."""

from boxoffice.servers.jetstream import FakeNats, JetStreamServer
from tests.engine.wires import Wires

EPOCH_S = 1_800_000_000.0


class Pair:
    """A server and two clients on hosts of their own, and the calls between them."""

    def __init__(self):
        self.wires = Wires()
        loop = self.wires.loop
        self.server = JetStreamServer(lambda: EPOCH_S + loop.time(), loop.call_later)
        self.calls = []
        self.faults = {}
        self.wires.network.fault_for = self.fault_for
        self.other = self.wires.host("other")
        self.one = FakeNats(self.server, self.wires.link)
        self.two = FakeNats(self.server, self.wires.between(self.other, self.wires.server))

    def fault_for(self, call):
        self.calls.append((call.source, call.target, call.verb, call.about))
        return self.faults.get((call.source, call.verb))

    def run(self, work):
        return self.wires.run(work)

    def now(self):
        return self.wires.loop.time()
