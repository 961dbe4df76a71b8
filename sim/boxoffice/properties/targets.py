"""What there is in a system that a fault may be aimed at."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from hypothesis import strategies as st

from boxoffice.servers.extras import SERVER_KINDS
from boxoffice.world.system import System

Named = st.SearchStrategy[dict[str, Any]]  # arguments by their names

# Some methods of each driver's, which most programs call.
VERBS: Final[Mapping[str, Sequence[str]]] = {
    "mongo": ("insert_one", "update_one", "find_one", "find_one_and_update", "find"),
    "nats": ("publish", "fetch", "ack"),
    "redis": ("set", "get", "zadd", "zrem"),
    "stripe": ("charge", "refund", "create", "confirm"),
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
    def patterns(self) -> bool:
        """Whether it is known what faults are to be aimed at."""
        return bool(self.subjects or self.consumers or self.writes)

    @property
    def everybody(self) -> list[str]:
        """All hosts, of services and of servers."""
        return [*self.hosts, *(name for names in self.servers.values() for name in names)]

    def messages(self) -> Named:
        """Draw a subject, a consumer or both, as far as any are known."""
        if not self.subjects:
            return one_of(at=self.consumers)
        return _and(one_of(of=self.subjects), choices(at=self.consumers))

    def calls(self) -> Named:
        """Draw a host that is called and a method of its driver's, or neither."""
        to_servers = [
            _and(st.just({"at": name}), choices(of=VERBS[kind]))
            for kind, names in self.servers.items()
            for name in names
        ]
        return st.one_of(choices(at=self.hosts), *to_servers)

    def driver_calls(self) -> Named:
        """Draw after or before which call of a driver's something happens."""
        calls = [
            f"{kind}.{verb}"
            for kind, names in self.servers.items()
            if names
            for verb in VERBS[kind]
        ]
        return st.one_of(one_of(after=calls), one_of(before=calls)) if calls else st.nothing()

    def events(self) -> Named:
        """Draw a kind of event, and what it is about and where it happens, as far as known.

        Where patterns are known of some kinds of events, it is one of these.
        """
        known = {
            "write": bool(self.writes),
            "stored": bool(self.subjects),
            "delivered": bool(self.subjects or self.consumers),
            "acked": bool(self.subjects or self.consumers),
        }
        every = dict(self._events())
        aimed = {on: about for on, about in every.items() if known.get(on)}
        return st.one_of([_and(st.just({"on": on}), it) for on, it in (aimed or every).items()])

    def _events(self) -> Iterator[tuple[str, Named]]:
        if self.servers["mongo"]:
            yield "write", _and(one_of(of=self.writes), choices(at=self.servers["mongo"]))
        if self.servers["nats"]:
            yield "stored", _and(one_of(of=self.subjects), choices(at=self.servers["nats"]))
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


def one_of(**among: Sequence[Any]) -> Named:
    """Draw for each name one of these, if there are any."""
    return st.fixed_dictionaries(
        {name: st.sampled_from(some) for name, some in among.items() if some}
    )


def _and(one: Named, other: Named) -> Named:
    return st.tuples(one, other).map(lambda both: both[0] | both[1])
