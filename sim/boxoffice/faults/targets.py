"""Whether what a fault names is anywhere: a fault that can strike nothing must not look like luck.

Hosts are known before a run.  What is called, published and consumed is known after it.
"""

import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

from boxoffice.faults.patterns import ANY
from boxoffice.faults.schedule import Fault, Occasion
from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest
from boxoffice.servers.extras import SERVER_KINDS
from boxoffice.servers.jetstream.subjects import matches_any
from boxoffice.trace.trace import KINDS

_NEAR: Final = 0.8  # from which on two names are taken for one that was mistyped
_HTTP: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_NATS: Final = ("ack", "fetch", "in_progress", "nak", "publish", "request", "subscribe", "term")
_STRIPE: Final = (
    *("charge", "list", "refund", "retrieve", "search"),
    *("create", "update", "confirm", "capture", "cancel"),
)
_DRIVERS: Final = (
    ("mongo", "pymongo.asynchronous.collection", "AsyncCollection"),
    ("mongo", "pymongo.asynchronous.database", "AsyncDatabase"),
    ("redis", "redis.asyncio", "Redis"),
    ("nats", "nats.js.client", "JetStreamContext"),
)


class NoSuchTarget(Misuse):
    """A fault names what is nowhere; the message says in one line what there is."""


@dataclass(frozen=True, slots=True)
class KnownTargets:
    """What there is to be struck: hosts, consumers with their filters, subjects, kinds of events.

    `people` are hosts that a story brings along, and `servers` says of what kind each is.
    """

    hosts: Sequence[str]
    people: Sequence[str] = ()
    services: Sequence[str] = ()
    servers: Mapping[str, str] = field(default_factory=dict)
    consumers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    subjects: Sequence[str] = ()
    kinds: Collection[str] = KINDS


def check_before(faults: Iterable[Fault], names: KnownTargets, own_kinds: bool = False) -> None:
    """Look at what is known before a run: the hosts, and the kinds of events if all are ours.

    Raises: NoSuchTarget.
    """
    for fault in faults:
        _demand(fault, "host", fault.target_hosts, names.hosts)
        if fault.clock_of:
            with_clocks = [it for it in names.hosts if it not in names.servers]
            _demand(fault, "service's host", [fault.clock_of], with_clocks)
        if fault.occasion is Occasion.CALL:
            _demand_match(fault, "host", fault.when.at, names.hosts)
            _demand_kind(fault, names)
        if fault.on and not own_kinds:
            _demand(fault, "kind of event", [fault.on], names.kinds)


def check_after(faults: Iterable[Fault], names: KnownTargets, failed: bool = False) -> None:
    """Look at what a run has shown of the rest; of a run that `failed` drawn faults are spared.

    Raises: NoSuchTarget.
    """
    for fault in faults:
        try:
            _check_hosts(fault, names)
            if not fault.matched:
                _check_patterns(fault, names)
        except NoSuchTarget:
            if fault.give_up is not None and not failed:
                fault.give_up()
            if fault.give_up is None or not failed:
                raise


def _check_hosts(fault: Fault, names: KnownTargets) -> None:
    _demand(fault, "host", fault.partitioned_hosts, [*names.hosts, *names.people])
    if fault.on:
        _demand(fault, "kind of event", [fault.on], names.kinds)


def _check_patterns(fault: Fault, names: KnownTargets) -> None:
    if fault.when.by:
        everybody = [*names.hosts, *names.services, *names.people]
        _demand_match(fault, "caller", fault.when.by, everybody)
    if fault.occasion is Occasion.MESSAGE:
        if fault.when.at != ANY:
            _demand_match(fault, "consumer", fault.when.at, names.consumers)
        if fault.when.of != ANY:
            _demand_subject(fault, names)
    else:
        _refuse_slip(fault, fault.when.of, [*fault.offered_of, *_known(fault, names)])
        _demand_method(fault, names)
        _refuse_slip(fault, fault.when.at, [*fault.offered_at, *names.hosts, *names.consumers])


def _demand(fault: Fault, kind: str, wanted: Iterable[str], known: Collection[str]) -> None:
    for name in wanted:
        if name not in known:
            raise NoSuchTarget(f"{fault}: there is no {kind} {name!r}{nearest(name, known)}")


def _demand_match(fault: Fault, kind: str, pattern: str, known: Collection[str]) -> None:
    if not any(fnmatchcase(name, pattern) for name in known):
        raise NoSuchTarget(f"{fault}: there is no {kind} {pattern!r}{nearest(pattern, known)}")


def _demand_subject(fault: Fault, names: KnownTargets) -> None:
    wanted = fault.when.of
    filters = [it for each in names.consumers.values() for it in each or (">",)]
    seen = [*names.subjects, *fault.offered_of]
    if any(fnmatchcase(it, wanted) for it in (*filters, *seen)):
        return
    if filters and matches_any(filters, wanted):
        return _refuse_slip(fault, wanted, seen)
    there = nearest(wanted, [it for it in (*filters, *seen) if it != ">"])
    raise NoSuchTarget(f"{fault}: nothing publishes or consumes {wanted!r}{there}")


def _refuse_slip(fault: Fault, pattern: str, known: Sequence[str]) -> None:
    # What did not happen in this run may in another; but hardly under two names that are near.
    if any(fnmatchcase(name, pattern) for name in known):
        return
    if get_close_matches(pattern, known, n=1, cutoff=_NEAR):
        raise NoSuchTarget(f"{fault}: there is no {pattern!r}{nearest(pattern, known)}")


def _demand_kind(fault: Fault, names: KnownTargets) -> None:
    of_kind = [name for name, kind in names.servers.items() if kind == fault.kind]
    if fault.kind and not any(fnmatchcase(name, fault.when.at) for name in of_kind):
        raise NoSuchTarget(f"{fault}: no server there is a {fault.kind}")


def _demand_method(fault: Fault, names: KnownTargets) -> None:
    # A driver's methods are known, unlike those of a system's own servers.
    head, dot, _ = fault.when.of.partition(".")
    kind = names.servers.get(head, head if head in SERVER_KINDS else "")
    if not (dot and kind) or (fault.occasion is Occasion.EVENT and fault.on != "write"):
        return
    if kind not in names.servers.values():
        raise NoSuchTarget(f"{fault}: there is no {fault.when.of!r}: no server is a {kind}")
    _demand_match(fault, "method", fault.when.of, [*fault.offered_of, *_known(fault, names)])


def _known(fault: Fault, names: KnownTargets) -> Sequence[str]:
    if fault.occasion is Occasion.CALL or (fault.on == "write" and "." in fault.when.of):
        return _methods(fault.when.of, names)
    return names.subjects


def _methods(pattern: str, names: KnownTargets) -> Sequence[str]:
    methods = {kind: [*_methods_of(kind)] for kind in names.servers.values()}
    if "." not in pattern:
        return [
            *_HTTP,
            *(it for kind in dict.fromkeys((*SERVER_KINDS, *methods)) for it in _methods_of(kind)),
        ]
    heads = {**{kind: kind for kind in methods if kind}, **names.servers}
    return [f"{head}.{it}" for head, kind in heads.items() for it in methods[kind]]


def _methods_of(kind: str) -> Sequence[str]:
    found = list({"nats": _NATS, "stripe": _STRIPE}.get(kind, ()))
    for of, module, name in _DRIVERS:
        client = getattr(sys.modules.get(module), name, None)
        if of == kind and client:
            found += [it for it in dir(client) if not it.startswith("_")]
    return found
