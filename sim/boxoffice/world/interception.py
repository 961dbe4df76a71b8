"""Drivers that a service makes itself, answered by the world's servers by their names.

`AsyncMongoClient("mongodb://mongo:27017")`, `nats.connect("nats://nats")`,
`redis.asyncio.Redis(host="redis")`, `StripeClient("sk_…")` and `httpx.AsyncClient()` are what
they always were outside of a world.  Inside, the host in the URL is the name of a server.

Whoever asks is answered by the world that it lives in: a module that was first loaded in one world
keeps what it has taken by name, and asks again in the next.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from itertools import starmap
from typing import TYPE_CHECKING, Any, Final

from boxoffice.clock.ambient import answer_for
from boxoffice.clock.late import Patch
from boxoffice.net.host import current_life
from boxoffice.servers.extras import SERVER_KINDS, driver
from boxoffice.world.signals import isolated_signal
from boxoffice.world.without_client import refusals

if TYPE_CHECKING:
    from boxoffice.world.doors import Doors
    from boxoffice.world.world import World

_inside: list["World"] = []
_DRIVERS: Final = {
    "mongo": "pymongo",
    "nats": "nats.aio.client",
    "redis": "redis.asyncio",
    "stripe": "stripe",
}


@contextmanager
def intercepting(world: "World") -> Iterator[None]:
    """Have drivers that are made by a life of `world` reach its servers."""
    for kind in SERVER_KINDS:
        if world.system.hosts_of(kind):
            driver(_DRIVERS[kind])
    _inside.append(world)
    try:
        yield
    finally:
        _inside.remove(world)


def _here() -> "Doors | None":
    life = current_life.get()
    if life is None:
        return None
    from boxoffice.world.doors import Doors  # which loads httpx

    host = life.host
    return next((Doors(it, life) for it in _inside if it.hosts.get(host.name) is host), None)


def _of_pymongo(pymongo: Any) -> Iterator[Patch]:
    # Only AsyncMongoClient is missing where PyMongo is older than 4.9.
    if real := getattr(pymongo, "AsyncMongoClient", None):

        def make(doors: "Doors", arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
            return doors.mongo(arguments, options)

        yield Patch(pymongo, "AsyncMongoClient", _Instead(real, make), own_alone=True)


def _of_nats(nats: Any) -> Iterator[Patch]:
    real = nats.Client.connect

    @wraps(real)  # whoever asks what it takes is told so
    async def connect(*arguments: Any, **named: Any) -> None:
        doors = _here()
        if doors is None:
            await real(*arguments, **named)
        else:
            doors.nats(arguments, named)

    yield Patch(nats.Client, "connect", connect)


def _of_redis(redis: Any) -> Iterator[Patch]:
    pool, usual = redis.ConnectionPool, redis.Connection  # every client of redis-py's has a pool
    begin_pool, begin_client = pool.__init__, redis.Redis.__init__

    def pool_begins(pool: Any, connection_class: Any = usual, *rest: Any, **options: Any) -> None:
        doors = _here()
        if doors is not None and "server" not in options:  # ours has one
            connection_class, options = doors.redis(options)
        begin_pool(pool, connection_class, *rest, **options)

    @wraps(begin_client)
    def client_begins(client: Any, *arguments: Any, **options: Any) -> None:
        begin_client(client, *arguments, **options)
        if _here() is not None:
            from boxoffice.servers.redis.ordered import answer_in_order

            answer_in_order(client)

    yield Patch(pool, "__init__", pool_begins)
    yield Patch(redis.Redis, "__init__", client_begins)


def _of_stripe(stripe: Any) -> Iterator[Patch]:
    if real := getattr(stripe, "StripeClient", None):

        def make(doors: "Doors", arguments: tuple[Any, ...], options: dict[str, Any]) -> Any:
            return doors.stripe(real, arguments, options)

        yield Patch(stripe, "StripeClient", _Instead(real, make), own_alone=True)
        yield from starmap(Patch, refusals(stripe, _here))


def _of_httpx(httpx: Any) -> Iterator[Patch]:
    real = httpx.AsyncClient.__init__

    def begin(client: Any, *arguments: Any, **options: Any) -> None:
        doors = _here()
        if doors is not None and options.get("transport") is None:
            options["transport"] = doors.transport()
        real(client, *arguments, **options)

    yield Patch(httpx.AsyncClient, "__init__", begin)


def _of_signal(module: Any) -> Iterator[Patch]:
    yield Patch(module, "signal", isolated_signal(module.signal), own_alone=True)


class _Instead:
    """Stands where a class or a function stood, also in annotations."""

    def __init__(self, real: Any, mine: Callable[..., Any]) -> None:
        self._real = real
        self._mine = mine

    def __call__(self, *arguments: Any, **options: Any) -> Any:
        doors = _here()
        if doors is None:
            return self._real(*arguments, **options)
        return self._mine(doors, arguments, options)

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


# They answer wherever a world is, and nobody but a life of one.
answer_for({
    "pymongo": _of_pymongo,
    "nats.aio.client": _of_nats,
    "redis.asyncio": _of_redis,
    "stripe": _of_stripe,
    "signal": _of_signal,
    "httpx": _of_httpx,
})  # fmt: skip
