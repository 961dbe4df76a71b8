"""What there is in a system that a fault may be aimed at."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

from boxoffice.world.system import SERVER_KINDS, System

Named = st.SearchStrategy[dict[str, Any]]  # arguments by their names

# Some methods of each driver's, which most programs call.
VERBS: Final[Mapping[str, Sequence[str]]] = {
    "mongo": ("insert_one", "update_one", "find_one", "find_one_and_update", "find"),
    "nats": ("publish", "fetch", "ack"),
    "redis": ("set", "get", "zadd", "zrem"),
    "stripe": ("charge", "refund"),
}


@dataclass(frozen=True, slots=True)
class Targets:
    """Names of hosts, and patterns for what crosses between them."""

    hosts: Sequence[str]  # of services, one for each replica
    servers: Mapping[str, Sequence[str]]  # by their kind
    subjects: Sequence[str] = ()
    consumers: Sequence[str] = ()
    writes: Sequence[str] = ()

    @property
    def everybody(self) -> list[str]:
        """All hosts, of services and of servers."""
        return [*self.hosts, *(name for names in self.servers.values() for name in names)]

    def messages(self) -> Named:
        """Draw a subject and a consumer, or neither."""
        return choices(of=self.subjects, at=self.consumers)

    def calls(self) -> Named:
        """Draw a host that is called and a method of its driver's, or neither."""
        to_servers = [
            st.just({"at": name}).flatmap(_with(choices(of=VERBS[kind])))
            for kind, names in self.servers.items()
            for name in names
        ]
        return st.one_of(choices(at=self.hosts), *to_servers)

    def events(self) -> Named:
        """Draw a kind of event, and what it is about and where it happens, or neither."""
        return st.one_of([st.just({"on": on}).flatmap(_with(of)) for on, of in self._events()])

    def _events(self) -> Iterator[tuple[str, Named]]:
        if self.servers["mongo"]:
            yield "write", choices(of=self.writes, at=self.servers["mongo"])
        if self.servers["nats"]:
            yield "stored", choices(of=self.subjects, at=self.servers["nats"])
            yield "delivered", self.messages()
            yield "acked", self.messages()
        if self.servers["stripe"]:
            yield "charge", st.just({})
        yield "request", st.just({})


def targets_of(system: System, **patterns: Sequence[str]) -> Targets:
    """Return what a system has, and what is known of it besides."""
    hosts = [
        service.name if number == 1 else f"{service.name}-{number}"
        for service in system.services.values()
        for number in range(1, service.replicas + 1)
    ]
    servers = {kind: system.hosts_of(kind) for kind in SERVER_KINDS}
    return Targets(hosts, servers, **patterns)


def choices(**among: Sequence[Any]) -> Named:
    """Draw for each name one of these, or leave it out."""
    drawn = {name: st.sampled_from(some) for name, some in among.items() if some}
    return st.fixed_dictionaries({}, optional=drawn)


def _with(more: Named) -> Callable[[dict[str, Any]], Named]:
    return lambda named: more.map(lambda it: named | it)
