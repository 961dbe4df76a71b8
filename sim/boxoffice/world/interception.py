"""Drivers that a service makes itself, answered by the world's servers by their names.

`AsyncMongoClient("mongodb://mongo:27017")`, `nats.connect("nats://nats")`,
`redis.asyncio.Redis(host="redis")`, `StripeClient("sk_…")` and `httpx.AsyncClient()` are what
they always were outside of a world.  Inside, the host in the URL is the name of a server.
"""

import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial, wraps
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import httpx

from boxoffice.clock.patches import Patch, put_in_place
from boxoffice.errors import NotSimulated
from boxoffice.net.gateway import PersonalTransport
from boxoffice.net.host import Host, Life, current_life
from boxoffice.net.network import CLUSTER_S, INTERNET_S, Link
from boxoffice.net.patience import KEEP_ALIVE_S
from boxoffice.servers import jetstream, mongo
from boxoffice.servers import stripe as stripes
from boxoffice.servers.extras import driver
from boxoffice.world.bindings import bindings_of
from boxoffice.world.drivers import ANSWER_S, STRIPE_ANSWER_S
from boxoffice.world.signals import isolated_signal
from boxoffice.world.without_client import refusals

if TYPE_CHECKING:
    from boxoffice.servers.mongo import FakeMongoClient
    from boxoffice.world.world import World

T = TypeVar("T")


class NoSuchServer(LookupError):
    """A URL names a host at which no server of that kind is; the message says which there are."""


@contextmanager
def intercepting(world: "World") -> Iterator[None]:
    """Have drivers that are made by a life of `world` reach its servers."""
    doors, undo = _Interceptors(world), list[Patch]()
    try:
        replaced: dict[int, Any] = {}
        for place, name, substitute in doors.substitutes():
            if isinstance(place, ModuleType):
                replaced[id(getattr(place, name))] = substitute
            undo.append(put_in_place(place, name, substitute))
        for module, name, substitute in bindings_of(replaced):
            undo.append(put_in_place(module, name, substitute))
        yield
    finally:
        while undo:
            put_in_place(*undo.pop())


class _Interceptors:
    def __init__(self, world: "World") -> None:
        self._world = world

    def substitutes(self) -> Iterator[tuple[Any, str, Any]]:
        # Only AsyncMongoClient is missing where PyMongo is older than 4.9.
        if real := getattr(pymongo := driver("pymongo"), "AsyncMongoClient", None):
            yield pymongo, "AsyncMongoClient", self._inside(real, self._mongo)
        if nats := driver("nats.aio.client"):
            yield nats.Client, "connect", self._nats(nats.Client.connect)
        if redis := driver("redis.asyncio"):
            pool = redis.ConnectionPool  # every client of redis-py's has one
            yield pool, "__init__", self._redis(pool.__init__, redis.Connection)
            yield redis.Redis, "__init__", self._in_order(redis.Redis.__init__)
        if real := getattr(stripe := driver("stripe"), "StripeClient", None):
            yield stripe, "StripeClient", self._inside(real, partial(self._stripe, real))
            yield from refusals(stripe, self._life)
        yield signal, "signal", isolated_signal(signal.signal)
        yield httpx.AsyncClient, "__init__", self._http(httpx.AsyncClient.__init__)

    def _inside(self, real: Any, mine: Callable[..., Any]) -> Any:
        return _Instead(real, mine, self._life)

    def _life(self) -> Life | None:
        life = current_life.get()
        return life if life is not None and life.host.name in self._world.hosts else None

    def _mongo(self, life: Life, *arguments: Any, **named: Any) -> "FakeMongoClient":
        from boxoffice.servers.mongo.client_options import asked_of, host_and_options

        host, options = host_and_options(arguments, named)
        url = _parts(host[0] if isinstance(host, list | tuple) else host, "mongodb")
        name = url.hostname or ""
        server = self._found("MongoDB", name, self._world.backends.mongo)
        url_options = dict(parse_qsl(url.query))
        within_s = asked_of(options, url_options).within_s or ANSWER_S
        return mongo.FakeMongoClient(
            server,
            self._link(life, name, timeout_s=within_s),
            database=unquote(url.path.lstrip("/")) or None,
            url_options=url_options,
            **options,
        )

    def _nats(self, real: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(real)  # whoever asks what it takes is told so
        async def connect(*arguments: Any, **named: Any) -> None:
            life = self._life()
            if life is None:
                await real(*arguments, **named)
                return
            from boxoffice.servers.jetstream import client_options as asked

            client, servers, options = asked.client_servers_and_options(arguments, named)
            name = _parts(asked.first_of(servers), "nats").hostname or ""
            server = self._found("NATS", name, self._world.backends.brokers)
            # Whoever has made a client keeps it, so it becomes what nats.connect() would return.
            vars(client).clear()
            client.__class__ = jetstream.FakeNats
            jetstream.FakeNats.__init__(client, server, self._link(life, name), **options)

        return connect

    def _redis(self, real: Callable[..., None], connection: Any) -> Callable[..., None]:
        def begin(pool: Any, connection_class: Any = None, *rest: Any, **options: Any) -> None:
            life = self._life()
            if life is not None and "server" not in options:  # ours has one
                name = options.get("host") or options.get("path") or "localhost"
                server = self._found("Redis", name, self._world.backends.redises)
                from boxoffice.servers.redis.client_options import patience_s
                from boxoffice.servers.redis.connection import FakeConnection, over

                connection_class = FakeConnection
                link = self._link(life, name, timeout_s=patience_s(options))
                options = over(server, link, options)
            real(pool, connection_class or connection, *rest, **options)

        return begin

    def _in_order(self, real: Callable[..., None]) -> Callable[..., None]:
        @wraps(real)
        def begin(client: Any, *arguments: Any, **options: Any) -> None:
            real(client, *arguments, **options)
            if self._life() is not None:
                from boxoffice.servers.redis.ordered import answer_in_order

                answer_in_order(client)

        return begin

    def _stripe(self, real: Any, life: Life, *arguments: Any, **options: Any) -> Any:
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
        return stripes.fake_stripe(server, self._link(life, name, INTERNET_S, STRIPE_ANSWER_S))

    def _http(self, real: Callable[..., None]) -> Callable[..., None]:
        def begin(client: httpx.AsyncClient, *arguments: Any, **options: Any) -> None:
            life = self._life()
            if life is not None and options.get("transport") is None:
                options["transport"] = self._transport(life)
            real(client, *arguments, **options)

        return begin

    def _transport(self, life: Life) -> httpx.AsyncBaseTransport:
        links: dict[str, Link] = {}

        def link_to(target: Host) -> Link:
            if target.name not in links:
                links[target.name] = self._world.network.link(
                    life, target, CLUSTER_S, KEEP_ALIVE_S
                )  # httpx itself waits no longer than it is told
            return links[target.name]

        return _ByName(life.host.name, self._world, link_to)

    def _link(
        self,
        life: Life,
        to: str,
        latency_s: tuple[float, float] = CLUSTER_S,
        timeout_s: float = ANSWER_S,
    ) -> Link:
        return self._world.network.link(life, self._world.backends.hosts[to], latency_s, timeout_s)

    def _found(self, kind: str, name: str, servers: Mapping[str, T]) -> T:
        if name in servers:
            return servers[name]
        there = ", ".join(servers) or "none"
        raise NoSuchServer(
            f"{self._world.system.name} has no {kind} at {name!r}; there are: {there}"
        )


class _Instead:
    """Stands where a class or a function stood, also in annotations."""

    def __init__(
        self, real: Any, mine: Callable[..., Any], life: Callable[[], Life | None]
    ) -> None:
        self._real = real
        self._mine = mine
        self._life = life

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        life = self._life()
        if life is None:
            return self._real(*arguments, **options)
        return self._mine(life, *arguments, **options)

    def __getitem__(self, parameters: Any) -> Any:
        return self._real[parameters]

    def __or__(self, other: Any) -> Any:
        return self._real | other

    def __ror__(self, other: Any) -> Any:
        return other | self._real

    def __instancecheck__(self, instance: Any) -> bool:
        return isinstance(instance, self._real)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._real, name)


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
