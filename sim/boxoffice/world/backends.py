"""The servers of a world, each a fake on a host of its own, whose state outlives its clients."""

from collections.abc import Callable
from typing import Final

from boxoffice.clock.clock import EPOCH, as_datetime
from boxoffice.clock.loop import SimLoop
from boxoffice.faults.poison import Garbage
from boxoffice.net.host import Host
from boxoffice.servers.jetstream import JetStreamServer
from boxoffice.servers.mongo import FakeMongoServer
from boxoffice.servers.redis import FakeRedisServer
from boxoffice.servers.stripe import FakeStripeServer
from boxoffice.trace.trace import Trace
from boxoffice.world.recorder import Recorder
from scenarios.shop.mailbox import Mailbox

_BEGIN_S: Final = EPOCH.timestamp()
WITH_DATABASE: Final = ("auth", "tickets", "orders", "payments")


class Backends:
    """A MongoDB server for each service that has a database; NATS, Redis, Stripe and mail."""

    def __init__(self, loop: SimLoop, trace: Trace, recorder: Recorder) -> None:
        self.now_s: Callable[[], float] = lambda: _BEGIN_S + loop.time()
        self.mongo = {
            name: FakeMongoServer(lambda: as_datetime(self.now_s())) for name in WITH_DATABASE
        }
        self.nats = JetStreamServer(self.now_s, loop.call_later)
        self.redis = FakeRedisServer()
        # Those who go on as a copy of theirs when they fail.
        self.copied: dict[str, FakeMongoServer | FakeRedisServer] = {
            **{f"{name}-db": server for name, server in self.mongo.items()},
            "redis": self.redis,
        }
        self.stripe = FakeStripeServer(trace, lambda: self.now_s())
        self.mailbox = Mailbox(trace)
        names = [f"{name}-db" for name in WITH_DATABASE] + ["nats", "redis", "stripe", "mail"]
        self.hosts = {name: Host(name, loop) for name in names}
        for name, server in self.mongo.items():
            recorder.listen_to_store(f"{name}-db", server)
        recorder.listen_to_stream("nats", self.nats)

    def put(self, garbage: Garbage) -> None:
        """Store a message as somebody would who may publish and knows no better."""
        stream = self.nats.stream_on(garbage.subject)
        assert stream is not None, garbage.subject
        now = {"last": str(stream.last_seq), "stream": stream.name}
        headers = {name: value.format(**now) for name, value in garbage.headers.items()}
        payload = garbage.payload
        if garbage.less_bytes is not None:
            payload = b"x" * (self.nats.max_payload - garbage.less_bytes)
        self.nats.publish(garbage.subject, payload, headers)
