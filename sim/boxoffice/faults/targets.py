"""What there is in a world that a fault can name, and what is said of a name that is nowhere."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import lru_cache

from boxoffice.faults.methods import SERVICE, methods_of
from boxoffice.faults.patterns import is_for, names_of_method
from boxoffice.faults.schedule import Fault
from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest
from boxoffice.servers.extras import SERVER_KINDS
from boxoffice.trace.trace import KINDS


class NoSuchTarget(Misuse):
    """A fault names what is nowhere; the message says in one line what there is."""


@dataclass(frozen=True, slots=True)
class KnownTargets:
    """What there is to be struck: hosts, consumers with their filters, subjects, kinds of events.

    `people` are hosts that a story brings along, and `servers` says of what kind each is; that of
    a system's own kind is "".  `given` has the servers that each service's host was given, and
    `met` who has called whom so far.
    """

    hosts: Sequence[str]
    people: Sequence[str] = ()
    services: Sequence[str] = ()
    servers: Mapping[str, str] = field(default_factory=dict)
    consumers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    subjects: Sequence[str] = ()
    kinds: Collection[str] = KINDS
    given: Mapping[str, Collection[str]] = field(default_factory=dict)
    met: Collection[tuple[str, str]] = ()

    def kind_of(self, host: str) -> str:
        """Return of what kind a host is; `SERVICE`, if it is no server."""
        return self.servers.get(host, SERVICE)

    def of_kind(self, kind: str) -> list[str]:
        """Return the hosts of a kind."""
        return [host for host in self.hosts if self.kind_of(host) == kind]


def demand(fault: Fault, kind: str, wanted: Iterable[str], known: Collection[str]) -> None:
    """Have each of these names be known.  Raises: NoSuchTarget."""
    for name in wanted:
        if name not in known:
            raise NoSuchTarget(f"{fault}: there is no {kind} {name!r}{nearest(name, known)}")


def demand_match(fault: Fault, kind: str, pattern: str, known: Collection[str]) -> None:
    """Have a pattern be one for some known name.  Raises: NoSuchTarget."""
    if not any(fnmatchcase(name, pattern) for name in known):
        raise NoSuchTarget(f"{fault}: there is no {kind} {pattern!r}{nearest(pattern, known)}")


def may_be_called(pattern: str, host: str, names: KnownTargets) -> bool:
    """Tell whether a pattern is one for some call to a host."""
    kind = names.kind_of(host)
    head, dot, method = pattern.rpartition(".")
    if not kind:  # by which names a kind of one's own is called is its own affair
        return not dot or fnmatchcase(host, head)
    if _is_method(pattern, kind, host):
        return True
    if kind != "mongo" or not dot or head in (*SERVER_KINDS, *names.of_kind("mongo")):
        return False
    # Before the dot may be a collection, which nobody knows before it is there.
    return "*" in method or any(fnmatchcase(it, method) for it in methods_of(kind))


@lru_cache(maxsize=4096)  # the same faults are drawn for one world after another
def _is_method(pattern: str, kind: str, host: str) -> bool:
    word = "" if kind == SERVICE else kind
    return any(is_for(pattern, names_of_method(it, word, host)) for it in methods_of(kind))


def either(hosts: Sequence[str]) -> str:
    """Return hosts in words."""
    return " or ".join(repr(it) for it in hosts)
