"""One name, one thing: what two hosts or two routes shared would be lost on one of them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from boxoffice.servers.extras import SERVER_KINDS
from boxoffice.world.service import Service

if TYPE_CHECKING:
    from boxoffice.world.system import System

T = TypeVar("T")


def add_named(system: "System", among: dict[str, T], name: str, made: T) -> None:
    """Add a service or a server, under a name that nothing else has.  Raises: ValueError."""
    if name in among:
        raise ValueError(f"{system.name} has a {_kind(made)} {name!r} already")
    among[name] = made
    try:
        _refuse_clashes(system)
    except ValueError:
        del among[name]
        raise


def _kind(made: object) -> str:
    return "service" if isinstance(made, Service) else "server"


def _refuse_clashes(system: "System") -> None:
    hosts: dict[str, str] = {}
    for name, what in _hosts(system):
        before = hosts.setdefault(name, what)
        if before != what:
            raise ValueError(f"{before} and {what} cannot both be called {name!r}")
    routes: dict[str, str] = {}
    for service in system.services.values():
        for route in service.routes:
            other = routes.setdefault(route, service.name)
            if other != service.name:
                raise ValueError(f"the route {route} leads to {other}, and not to {service.name}")


def _hosts(system: "System") -> Iterator[tuple[str, str]]:
    for service in system.services.values():
        yield service.name, "a service"
        for number in range(2, service.replicas + 1):
            yield f"{service.name}-{number}", f"a replica of {service.name}"
    for kind in SERVER_KINDS:
        for name in system.hosts_of(kind):
            yield name, f"a server ({kind})"
    for name in system.own_servers:
        yield name, "a server of your own"
