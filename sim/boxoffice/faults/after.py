"""Whether a fault that has not struck could have: what a run has shown of the names in it.

What did not happen in one run may in another, so that only a name that is hardly meant is an error.
"""

import re
from collections.abc import Collection, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import Final

from boxoffice.faults.methods import SERVICE
from boxoffice.faults.patterns import ANY
from boxoffice.faults.schedule import Fault, Occasion
from boxoffice.faults.slips import NEAR, meant
from boxoffice.faults.targets import (
    KnownTargets,
    NoSuchTarget,
    either,
    may_be_called,
)
from boxoffice.nearest import nearest
from boxoffice.servers.extras import SERVER_KINDS
from boxoffice.servers.jetstream.subjects import matches_any

_NEAR_FIXED: Final = NEAR - 0.05  # where another name is even less likely than a slip
_OF_SUBJECTS: Final = (
    *("stored", "delivered", "acked", "naked", "ack-expired", "termed", "max-deliveries"),
    "webhook",
)

_OF_PEOPLE: Final = ("request", "response", "lost", "late", "answered", "partition", "heal")


def check_after(faults: Iterable[Fault], names: KnownTargets, failed: bool = False) -> None:
    """Look at what a run has shown; of a run that `failed` drawn faults are spared.

    Raises: NoSuchTarget.
    """
    for fault in faults:
        try:
            _check(fault, names)
        except NoSuchTarget:
            if fault.give_up is not None and not failed:
                fault.give_up()
            if fault.give_up is None or not failed:
                raise


def _check(fault: Fault, names: KnownTargets) -> None:
    for host in fault.partitioned_hosts:
        _refuse_nobody(fault, "host", host, names)
    if fault.on:
        _refuse_nowhere(fault, "kind of event", fault.on, names.kinds)
    if fault.matched or fault.untimely_s or fault.clock_of or fault.replicated:
        return
    if fault.when.by:
        _refuse_nobody(fault, "caller", fault.when.by, names)
    if fault.occasion is Occasion.MESSAGE:
        _check_message(fault, names)
    elif fault.occasion is Occasion.CALL:
        _check_method(fault, names)
        _check_callers(fault, names)
    else:
        _check_event(fault, names)


def _check_message(fault: Fault, names: KnownTargets) -> None:
    of, at = fault.when.of, fault.when.at
    if at != ANY:
        _refuse_nowhere(fault, "consumer", at, [*names.consumers, *fault.offered_at])
    if of == ANY:
        return
    _check_subject(fault, names)
    there = {name: it for name, it in names.consumers.items() if fnmatchcase(name, at)}
    filters = [it for each in there.values() for it in each or (">",)]
    # Others that a pattern takes in as well may come on another seed.
    if _begins(at) == at and there and not _overlap(of, filters):
        takes = ", ".join(filters)
        raise NoSuchTarget(f"{fault}: {at!r} is told of {takes}, and never of {of!r}")


def _check_event(fault: Fault, names: KnownTargets) -> None:
    if fault.when.at != ANY:
        known = [*names.hosts, *names.people, *names.consumers, *fault.offered_at]
        if fault.on in _OF_PEOPLE:  # somebody else may come on another seed
            _refuse_slip(fault, fault.when.at, known)
        else:
            _refuse_nowhere(fault, "host or consumer", fault.when.at, known)
    if fault.on in _OF_SUBJECTS and fault.when.of != ANY:
        _check_subject(fault, names)
    elif fault.on == "write":
        _check_method(fault, names)
    elif fault.on != "request":  # whose paths are near each other where they have numbers
        _refuse_slip(fault, fault.when.of, [*fault.offered_of])


def _check_method(fault: Fault, names: KnownTargets) -> None:
    """Refuse what was hardly meant; the methods of all but a system's own servers are known."""
    of = fault.when.of
    head, dot, method = of.rpartition(".")
    known = [it for it in names.hosts if names.kind_of(it) and may_be_called(of, it, names)]
    if not known:
        return _refuse_slip(fault, of, [*fault.offered_of])
    if not dot or head in (*names.hosts, *SERVER_KINDS):
        return
    seen = [it.rpartition(".")[0] for it in fault.offered_of if "." in it]
    close = meant(head, seen)
    if close:
        right = f"{close}.{method}"
        raise NoSuchTarget(f"{fault}: there is no {of!r}; did you mean {right!r}?")


def _check_callers(fault: Fault, names: KnownTargets) -> None:
    """Refuse who was given none of the servers that are meant, and has called none of them."""
    callers, of, at = _callers(fault, names), fault.when.of, fault.when.at
    called = [it for it in names.hosts if fnmatchcase(it, at) and may_be_called(of, it, names)]
    called = [it for it in called if fault.kind in ("", names.kind_of(it))]
    if not callers or fault.give_up is not None:
        return
    if any(names.kind_of(it) == SERVICE for it in called):  # which everybody may call
        return
    for host in callers:
        if any(it in names.given.get(host, ()) or (host, it) in names.met for it in called):
            return
    said = f"{either(callers)} was given no link to {either(called)}, and has never called there"
    raise NoSuchTarget(f"{fault}: {said}")


def _callers(fault: Fault, names: KnownTargets) -> Sequence[str]:
    """Return the services' hosts that have to make the call, as far as the fault names any."""
    hosts = names.of_kind(SERVICE)
    if fault.when.by:
        return [it for it in hosts if fnmatchcase(it, fault.when.by)]
    return [it for it in fault.target_hosts if fault.moment and it in hosts]


def _check_subject(fault: Fault, names: KnownTargets) -> None:
    wanted = fault.when.of
    filters = [it for each in names.consumers.values() for it in each or (">",)]
    seen = [*names.subjects, *fault.offered_of]
    if any(fnmatchcase(it, wanted) for it in (*filters, *seen)):
        return
    if filters and matches_any(filters, wanted) and not wanted.endswith(">"):
        return _refuse_slip(fault, wanted, seen)
    known = [it for it in (*filters, *seen) if it != ">"]
    near = meant(wanted, known)
    # No subject ends as a filter of NATS does: `*` takes all the rest here.
    if near or wanted.endswith(">") or fault.give_up is not None:
        there = _instead(near, wanted, known)
        raise NoSuchTarget(f"{fault}: nothing publishes or consumes {wanted!r}{there}")


def _refuse_nobody(fault: Fault, kind: str, pattern: str, names: KnownTargets) -> None:
    """Refuse a name that is nobody's, and of whom nobody can be who comes on another seed."""
    fixed = [*names.hosts, *names.services]  # there are no others on any seed
    of_replicas = re.sub(r"-[0-9]+$", "", pattern)
    certain = of_replicas if of_replicas in fixed else meant(pattern, fixed, _NEAR_FIXED)
    _refuse_nowhere(fault, kind, pattern, [*fixed, *names.people], certain)


def _refuse_nowhere(
    fault: Fault, kind: str, pattern: str, known: Collection[str], certain: str = ""
) -> None:
    """Refuse what is near a known name; and what is nowhere, if another fault can be drawn."""
    if any(fnmatchcase(it, pattern) for it in known):
        return
    near = certain or meant(pattern, known)
    if near or fault.give_up is not None:
        there = _instead(near, pattern, known)
        raise NoSuchTarget(f"{fault}: there is no {kind} {pattern!r}{there}")


def _refuse_slip(fault: Fault, pattern: str, known: Collection[str]) -> None:
    # What did not happen in this run may in another; but hardly under two names that are near.
    near = meant(pattern, known)
    if near:
        raise NoSuchTarget(f"{fault}: there is no {pattern!r}; did you mean {near!r}?")


def _instead(near: str, name: str, known: Iterable[str]) -> str:
    return f"; did you mean {near!r}?" if near else nearest(name, known)


def _overlap(pattern: str, filters: Sequence[str]) -> bool:
    if _begins(pattern) != pattern:
        return any(_alike(_begins(pattern), _begins(it)) for it in filters)
    return matches_any(filters, pattern) or any(fnmatchcase(pattern, it) for it in filters)


def _begins(pattern: str) -> str:
    """Return a pattern up to what stands for anything."""
    return re.split(r"[*?>\[]", pattern)[0]


def _alike(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)
