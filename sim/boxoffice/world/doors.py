"""What becomes of a driver that a life makes itself: one of ours, with a link to a server."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import httpx

from boxoffice.errors import NotSimulated
from boxoffice.net.host import Host, Life
from boxoffice.net.network import CLUSTER_S, INTERNET_S, Link
from boxoffice.net.patience import KEEP_ALIVE_S
from boxoffice.net.transport import PersonalTransport, one_for_each
from boxoffice.servers import jetstream, mongo
from boxoffice.servers import stripe as stripes
from boxoffice.servers.extras import driver
from boxoffice.world.drivers import ANSWER_S, STRIPE_ANSWER_S

if TYPE_CHECKING:
    from boxoffice.servers.mongo import FakeMongoClient
    from boxoffice.world.world import World

T = TypeVar("T")


class NoSuchServer(LookupError):
    """A URL names a host at which no server of that kind is; the message says which there are."""


class Doors:
    """The servers of a world as one life of it finds them, by their names."""

    def __init__(self, world: "World", life: Life) -> None:
        self._world = world
        self._life = life

    def mongo(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> "FakeMongoClient":
        """Return what `AsyncMongoClient(...)` makes."""
        from boxoffice.servers.mongo.client_options import asked_of, host_and_options

        host, options = host_and_options(arguments, named)
        url = _parts(host[0] if isinstance(host, list | tuple) else host, "mongodb")
        name = url.hostname or ""
        server = self._found("MongoDB", name, self._world.backends.mongo)
        url_options = dict(parse_qsl(url.query))
        within_s = asked_of(options, url_options).within_s or ANSWER_S
        return mongo.FakeMongoClient(
            server,
            self._link(name, timeout_s=within_s),
            database=unquote(url.path.lstrip("/")) or None,
            url_options=url_options,
            **options,
        )

    def nats(self, arguments: tuple[Any, ...], named: dict[str, Any]) -> None:
        """Let a client connect; whoever has made it keeps it, so it becomes one of ours."""
        from boxoffice.servers.jetstream import client_options as asked

        client, servers, options = asked.client_servers_and_options(arguments, named)
        name = _parts(asked.first_of(servers), "nats").hostname or ""
        server = self._found("NATS", name, self._world.backends.brokers)
        vars(client).clear()
        client.__class__ = jetstream.FakeNats
        jetstream.FakeNats.__init__(client, server, self._link(name), **options)

    def redis(self, options: dict[str, Any]) -> tuple[type, dict[str, Any]]:
        """Return the class of the connections of a pool, and what it makes them with."""
        from boxoffice.servers.redis.client_options import patience_s
        from boxoffice.servers.redis.connection import FakeConnection, over

        name = options.get("host") or options.get("path") or "localhost"
        server = self._found("Redis", name, self._world.backends.redises)
        link = self._link(name, timeout_s=patience_s(options))
        return FakeConnection, over(server, link, options)

    def stripe(self, real: Any, arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
        """Return what `StripeClient(...)` makes."""
        own = options.get("http_client")
        if own is not None:
            module = driver("stripe")
            if isinstance(own, module.RequestsClient | module.HTTPXClient):
                raise NotSimulated("StripeClient.http_client", "leave it out in a world")
            return real(*arguments, **options)  # ours, or one that asks nobody outside
        for option in ("max_network_retries", "stripe_account", "stripe_context"):
            if options.get(option):
                raise NotSimulated(f"StripeClient.{option}", "leave it out in a world")
        name = next(iter(self._world.backends.stripes), "")
        server = self._found("Stripe", name, self._world.backends.stripes)
        return stripes.fake_stripe(server, self._link(name, INTERNET_S, STRIPE_ANSWER_S))

    def transport(self) -> httpx.AsyncBaseTransport:
        """Return the way from here to services, by their names."""

        def link(target: Host) -> Link:
            # httpx itself waits no longer than it is told.
            return self._world.network.link(self._life, target, CLUSTER_S, KEEP_ALIVE_S)

        return _ByName(self._life.host.name, self._world, one_for_each(link))

    def _link(
        self,
        to: str,
        latency_s: tuple[float, float] = CLUSTER_S,
        timeout_s: float = ANSWER_S,
    ) -> Link:
        host = self._world.backends.hosts[to]
        return self._world.network.link(self._life, host, latency_s, timeout_s)

    def _found(self, kind: str, name: str, servers: Mapping[str, T]) -> T:
        if name in servers:
            return servers[name]
        there = ", ".join(servers) or "none"
        raise NoSuchServer(
            f"{self._world.system.name} has no {kind} at {name!r}; there are: {there}"
        )


class _ByName(PersonalTransport):
    """A service's HTTP: the host in the URL is the name of a service, or the system's address."""

    def __init__(self, who: str, world: "World", link_to: Callable[[Host], Link]) -> None:
        super().__init__(who, world.gateway, link_to)
        self._world = world

    def host_for(self, request: httpx.Request) -> Host:
        """Return the host that answers a request.  Raises: NoSuchServer."""
        name = request.url.host
        if name in self._world.system.services:
            return self._world.gateway.turn_of(name)
        if name == httpx.URL(self._world.system.address).host:
            return super().host_for(request)
        there = ", ".join(self._world.system.services)
        raise NoSuchServer(f"no service is called {name!r}; there are: {there}")


def _parts(url: Any, scheme: str) -> SplitResult:
    text = str(url or "localhost")
    return urlsplit(text if "://" in text else f"{scheme}://{text}")
