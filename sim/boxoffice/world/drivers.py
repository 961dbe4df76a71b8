"""What one life of a service is handed: drivers of its own, over links of its own."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

from boxoffice.clock.clock import HostClock, HostIds
from boxoffice.net.host import Host
from boxoffice.net.network import CLUSTER_S, INTERNET_S, Link
from boxoffice.servers import jetstream, mongo, redis, stripe
from boxoffice.world.service import ServiceHost

if TYPE_CHECKING:
    import httpx
    from stripe import StripeClient

    from boxoffice.servers.jetstream import FakeNats
    from boxoffice.servers.mongo import FakeMongoClient
    from boxoffice.servers.redis import FakeRedis
    from boxoffice.world.world import World

ANSWER_S = 5.0
STRIPE_ANSWER_S = 10.0


class Drivers:
    """The drivers of one life.  A driver is made when it is first asked for.

    Each server is the one that the service was given by name; asking for another kind raises
    LookupError.
    """

    def __init__(self, world: "World", host: ServiceHost) -> None:
        self.world = world
        self.host = host.name
        self.service = world.system.services[host.service]
        self.clock = HostClock(lambda: world.loop.time() + world.faults.skew_s(self.host))
        self._life = host.life

    @cached_property
    def ids(self) -> HostIds:
        """Names and entropy, drawn from the seed."""
        return HostIds(self.clock, self.world.randomness.stream(f"ids of {self.host}"))

    @cached_property
    def log(self) -> Any:
        """A structlog logger that writes into the trace."""
        return self.world.recorder.log_of(self._life)

    @cached_property
    def mongo(self) -> "FakeMongoClient":
        """A client with PyMongo's asynchronous API."""
        made: FakeMongoClient = self.client("mongo")
        return made

    @cached_property
    def nats(self) -> "FakeNats":
        """A connection with nats-py's API."""
        made: FakeNats = self.client("nats")
        return made

    @cached_property
    def redis(self) -> "FakeRedis":
        """A client with redis-py's asynchronous API."""
        made: FakeRedis = self.client("redis")
        return made

    @cached_property
    def stripe(self) -> "StripeClient":
        """Stripe's own client, with its own far side."""
        name = self._given("stripe")
        link = self.link(name, INTERNET_S, STRIPE_ANSWER_S)
        return stripe.fake_stripe(self.world.backends.stripes[name], link)

    @cached_property
    def http(self) -> "httpx.AsyncClient":
        """A client for requests to other services, by the system's address and routes."""
        from boxoffice.net.transport import client_of

        def link(target: Host) -> Link:
            return self.world.network.link(self._life, target, CLUSTER_S, ANSWER_S)

        return client_of(self.host, self.world.gateway, link, self.world.system.address)

    def client(self, kind: str, **options: Any) -> Any:
        """Return a further client of `mongo`, `nats` or `redis`, with the driver's own options.

        Raises: LookupError, if the service was given no such server; NotSimulated, for an option
        that would change an answer and is not simulated.
        """
        if kind not in ("mongo", "nats", "redis"):
            raise LookupError(f"{kind!r} is none of mongo, nats, redis")
        name, backends = self._given(kind), self.world.backends
        if kind == "nats":
            return jetstream.FakeNats(backends.brokers[name], self.link(name), **options)
        if kind == "redis":
            from boxoffice.servers.redis.client_options import patience_s

            link = self.link(name, timeout_s=patience_s(options))
            return redis.FakeRedis(backends.redises[name], link, **options)
        from boxoffice.servers.mongo.client_options import asked_of

        link = self.link(name, timeout_s=asked_of(options).within_s or ANSWER_S)
        return mongo.FakeMongoClient(backends.mongo[name], link, **options)

    def link(
        self,
        to: str,
        latency_s: tuple[float, float] = CLUSTER_S,
        timeout_s: float = ANSWER_S,
    ) -> Link:
        """Return a link to the host of a server, for a driver of one's own.

        `latency_s` is the least and the mean further latency of one way, and `timeout_s` how long
        it waits for an answer, all in seconds.  Raises: KeyError, if there is no such host.
        """
        return self.world.network.link(
            self._life, self.world.backends.hosts[to], latency_s, timeout_s
        )

    def _given(self, kind: str) -> str:
        name: str | None = getattr(self.service, kind)
        if name is None:
            raise LookupError(
                f"{self.service.name} was given no {kind}: "
                f'say system.service("{self.service.name}", …, {kind}="…")'
            )
        return name
