"""Whether what a fault names is anywhere: a fault that can strike nothing must not look like luck.

Hosts are known before a run.  What is called, published and consumed is known after it.
"""

import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

from boxoffice.faults.schedule import ANY, Fault, Occasion
from boxoffice.misuse import Misuse
from boxoffice.nearest import nearest
from boxoffice.servers.jetstream.subjects import matches_any
from boxoffice.trace.trace import KINDS

_NEAR: Final = 0.8  # from which on two names are taken for one that was mistyped
_HTTP: Final = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_NATS: Final = ("ack", "fetch", "in_progress", "nak", "publish", "request", "subscribe", "term")
_STRIPE: Final = ("charge", "list", "refund", "retrieve")
_DRIVERS: Final = (
    ("pymongo.asynchronous.collection", "AsyncCollection"),
    ("pymongo.asynchronous.database", "AsyncDatabase"),
    ("redis.asyncio", "Redis"),
    ("nats.js.client", "JetStreamContext"),
)


class StrikesNothing(Misuse):
    """A fault names what is nowhere; the message says in one line what there is."""


@dataclass(frozen=True, slots=True)
class Names:
    """What there is to be struck: hosts, consumers with their filters, subjects, kinds of events.

    `people` are hosts that a story brings along.
    """

    hosts: Sequence[str]
    people: Sequence[str] = ()
    consumers: Mapping[str, Sequence[str]] = field(default_factory=dict)
    subjects: Sequence[str] = ()
    kinds: Collection[str] = KINDS


def check_before(faults: Iterable[Fault], names: Names, own_kinds: bool = False) -> None:
    """Look at what is known before a run: the hosts, and the kinds of events if all are ours.

    Raises: StrikesNothing.
    """
    for fault in faults:
        _demand(fault, "host", fault.strikes_hosts, names.hosts)
        if fault.occasion is Occasion.CALL:
            _demand_match(fault, "host", fault.when.at, names.hosts)
        if fault.on and not own_kinds:
            _demand(fault, "kind of event", [fault.on], names.kinds)


def check_after(faults: Iterable[Fault], names: Names) -> None:
    """Look at what a run has shown of the rest.  Raises: StrikesNothing."""
    for fault in faults:
        _demand(fault, "host", fault.cuts_hosts, [*names.hosts, *names.people])
        if fault.on:
            _demand(fault, "kind of event", [fault.on], names.kinds)
        if fault.matched:
            continue
        if fault.occasion is Occasion.MESSAGE:
            if fault.when.at != ANY:
                _demand_match(fault, "consumer", fault.when.at, names.consumers)
            if fault.when.of != ANY:
                _demand_subject(fault, names)
        else:
            known = [*_methods()] if fault.occasion is Occasion.CALL else [*names.subjects]
            _refuse_slip(fault, fault.when.of, [*fault.offered_of, *known])
            _refuse_slip(fault, fault.when.at, [*fault.offered_at, *names.hosts, *names.consumers])


def _demand(fault: Fault, kind: str, wanted: Iterable[str], known: Collection[str]) -> None:
    for name in wanted:
        if name not in known:
            raise StrikesNothing(f"{fault}: there is no {kind} {name!r}{nearest(name, known)}")


def _demand_match(fault: Fault, kind: str, pattern: str, known: Collection[str]) -> None:
    if not any(fnmatchcase(name, pattern) for name in known):
        raise StrikesNothing(f"{fault}: there is no {kind} {pattern!r}{nearest(pattern, known)}")


def _demand_subject(fault: Fault, names: Names) -> None:
    wanted = fault.when.of
    filters = [it for each in names.consumers.values() for it in each or (">",)]
    seen = [*names.subjects, *fault.offered_of]
    if any(fnmatchcase(it, wanted) for it in (*filters, *seen)):
        return
    if filters and matches_any(filters, wanted):
        return _refuse_slip(fault, wanted, seen)
    there = nearest(wanted, [it for it in (*filters, *seen) if it != ">"])
    raise StrikesNothing(f"{fault}: nothing publishes or consumes {wanted!r}{there}")


def _refuse_slip(fault: Fault, pattern: str, known: Sequence[str]) -> None:
    # What did not happen in this run may in another; but hardly under two names that are near.
    if any(fnmatchcase(name, pattern) for name in known):
        return
    if get_close_matches(pattern, known, n=1, cutoff=_NEAR):
        raise StrikesNothing(f"{fault}: there is no {pattern!r}{nearest(pattern, known)}")


def _methods() -> Iterator[str]:
    yield from (*_HTTP, *_NATS, *_STRIPE)
    for module, kind in _DRIVERS:
        client = getattr(sys.modules.get(module), kind, None)
        yield from (name for name in dir(client) if client and not name.startswith("_"))
