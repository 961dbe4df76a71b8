"""The servers of a world, each a fake on a host of its own, whose state outlives its clients."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from boxoffice.clock.clock import EPOCH, as_datetime
from boxoffice.clock.loop import SimLoop
from boxoffice.faults.poison import Garbage
from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest
from boxoffice.net.host import Host
from boxoffice.servers import jetstream, mongo, redis, stripe
from boxoffice.trace.trace import Trace
from boxoffice.world.recorder import Recorder

if TYPE_CHECKING:
    from boxoffice.servers.jetstream import JetStreamServer
    from boxoffice.servers.mongo import FakeMongoServer
    from boxoffice.servers.redis import FakeRedisServer
    from boxoffice.servers.stripe import FakeStripeServer
    from boxoffice.world.system import System

T = TypeVar("T")

_BEGIN_S: Final = EPOCH.timestamp()


class Backends:
    """All servers that the services of a system name, by the names of their hosts.

    `own` holds those of kinds that the system brings itself.
    Raises: MissingExtra, for a kind whose packages are not installed; Misuse, for a link to none.
    """

    def __init__(self, system: "System", loop: SimLoop, trace: Trace, recorder: Recorder) -> None:
        self.now_s: Callable[[], float] = lambda: _BEGIN_S + loop.time()
        self.mongo = {
            name: mongo.FakeMongoServer(lambda: as_datetime(self.now_s()))
            for name in system.hosts_of("mongo")
        }
        self.brokers = {
            name: jetstream.JetStreamServer(self.now_s, loop.call_later)
            for name in system.hosts_of("nats")
        }
        self.redises = {name: redis.FakeRedisServer() for name in system.hosts_of("redis")}
        # Those who go on as a copy of theirs when they fail.
        self.copied: dict[str, FakeMongoServer | FakeRedisServer] = {**self.mongo, **self.redises}
        self.stripes = {
            name: stripe.FakeStripeServer(trace, lambda: self.now_s())
            for name in system.hosts_of("stripe")
        }
        self.own: Mapping[str, Any] = {
            name: make(trace) for name, make in system.own_servers.items()
        }
        by_kind: Mapping[str, Mapping[str, Any]] = {
            "mongo": self.mongo,
            "nats": self.brokers,
            "redis": self.redises,
            "stripe": self.stripes,
            "": self.own,
        }
        self.kinds = {name: kind for kind, servers in by_kind.items() for name in servers}
        self.hosts = {name: Host(name, loop, kind) for name, kind in self.kinds.items()}
        self._check_links(system)
        for name, store in self.mongo.items():
            recorder.listen_to_store(name, store)
        for name, broker in self.brokers.items():
            recorder.listen_to_stream(name, broker)

    def _check_links(self, system: "System") -> None:
        for service in system.services.values():
            for to in service.links:
                if to not in self.hosts:
                    near = nearest(to, self.hosts)
                    raise Misuse(f"{service.name} has a link to {to!r}, which is no server{near}")

    @property
    def nats(self) -> "JetStreamServer":
        """The only NATS server.  Raises: LookupError, if there is none, or there are several."""
        return _only("NATS server", self.brokers)

    @property
    def redis(self) -> "FakeRedisServer":
        """The only Redis.  Raises: LookupError, if there is none, or there are several."""
        return _only("Redis", self.redises)

    @property
    def stripe(self) -> "FakeStripeServer":
        """The only Stripe.  Raises: LookupError, if there is none, or there are several."""
        return _only("Stripe", self.stripes)

    def contention(self) -> dict[str, int]:
        """Count how often writes to documents met others, by collection; see `Outcome`."""
        return {what: count for it in self.mongo.values() for what, count in it.contention.items()}

    def put(self, garbage: Garbage) -> None:
        """Store a message as somebody would who may publish and knows no better."""
        listening = [it for it in self.brokers.values() if it.stream_on(garbage.subject)]
        assert listening, garbage.subject
        nats = listening[0]
        stream = nats.stream_on(garbage.subject)
        assert stream is not None
        now = {"last": str(stream.last_seq), "stream": stream.name}
        headers = {name: value.format(**now) for name, value in garbage.headers.items()}
        payload = garbage.payload
        if garbage.less_bytes is not None:
            payload = b"x" * (nats.max_payload - garbage.less_bytes)
        nats.publish(garbage.subject, payload, headers)


def _only(kind: str, servers: Mapping[str, T]) -> T:
    if len(servers) != 1:
        raise LookupError(f"one {kind} was asked for, and there are {len(servers)}")
    return next(iter(servers.values()))
