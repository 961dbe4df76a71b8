"""Whether a fault can strike at all, as far as that is known before a run.

Hosts are known then, by which names each is called, and which server records which kind of event.
A service may make clients of its own for any server, so that everybody may call any of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from fnmatch import fnmatchcase
from typing import Final

from boxoffice.faults.answers import no_answer
from boxoffice.faults.methods import SERVICE, methods_of, usual_methods
from boxoffice.faults.schedule import Fault, Occasion
from boxoffice.faults.targets import (
    KnownTargets,
    NoSuchTarget,
    demand,
    demand_match,
    either,
    may_be_called,
)
from boxoffice.servers.extras import SERVER_KINDS

# Which kind of server records which events, with its own name; those of consumers have another.
_RECORDS: Final[Mapping[str, str]] = {
    "write": "mongo",
    "stored": "nats",
    **dict.fromkeys(("charge", "refund", "intent"), "stripe"),
    "mail": "",  # of a system's own
}
_RECORDS_OF_CONSUMERS: Final[Mapping[str, str]] = {
    **dict.fromkeys(("delivered", "acked", "naked", "ack-expired"), "nats"),
    **dict.fromkeys(("termed", "max-deliveries"), "nats"),
    "webhook": "stripe",
}
_PUSHES: Final = ("nats", "redis", "stripe")  # kinds of servers that call services


def check_before(faults: Iterable[Fault], names: KnownTargets, own_kinds: bool = False) -> None:
    """Look at what is known before a run; `own_kinds` of events are known to nobody.

    Raises: NoSuchTarget.
    """
    for fault in faults:
        if not isinstance(fault, Fault):
            raise NoSuchTarget(f"{_shown(fault)} is no fault: call a function of boxoffice.faults")
        demand(fault, "host", fault.target_hosts, names.hosts)
        if fault.clock_of:
            demand(fault, "service's host", [fault.clock_of], names.of_kind(SERVICE))
        if fault.replicated:
            demand_match(fault, "service", fault.replicated, names.services)
        if fault.on and not own_kinds:
            demand(fault, "kind of event", [fault.on], names.kinds)
        if fault.occasion is Occasion.CALL:
            _check_call(fault, names)
        elif fault.on:
            _check_event(fault, names)
        elif fault.occasion is Occasion.MESSAGE and not names.of_kind("nats"):
            _demand_messages(fault, names)


def _check_call(fault: Fault, names: KnownTargets) -> None:
    of, at, kind = fault.when.of, fault.when.at, fault.kind
    demand_match(fault, "host", at, names.hosts)
    there = [it for it in names.hosts if fnmatchcase(it, at)]
    there = [it for it in there if kind in ("", names.kind_of(it))]
    if not there:
        raise NoSuchTarget(f"{fault}: no server there is a {kind}")
    called = [it for it in there if may_be_called(of, it, names)]
    if not called:
        raise NoSuchTarget(f"{fault}: {_unheard_of(of, there, names)}")
    _demand_caller(fault, called, names)
    if fault.says:
        _demand_answer(fault, called, names)


def _unheard_of(pattern: str, there: Sequence[str], names: KnownTargets) -> str:
    elsewhere = [it for it in names.hosts if may_be_called(pattern, it, names)]
    elsewhere = [it for it in elsewhere if names.kind_of(it)] or elsewhere
    if elsewhere:
        return f"{pattern!r} is no call to {either(there)}, but one to {either(elsewhere)}"
    head, _, _ = pattern.rpartition(".")
    if head in _unused_kinds(names):
        return f"there is no {pattern!r}: no server is a {head}"
    named = [it for it in there if head in (it, names.kind_of(it))]
    kinds = list(dict.fromkeys(names.kind_of(it) for it in named or there))
    meant = _meant(pattern, kinds, names)
    if meant:
        return f"there is no {pattern!r}; did you mean {meant!r}?"
    return f"there is no method {pattern!r}{usual_methods(kinds)}"


def _meant(pattern: str, kinds: Sequence[str], names: KnownTargets) -> str:
    """Return what comes near a pattern: what is before the dot may be mistyped, or the method."""
    head, dot, method = pattern.rpartition(".")
    known = [it for kind in kinds for it in methods_of(kind)]
    close = get_close_matches(method, known, n=1)
    if not close or not dot:
        return close[0] if close else ""
    heads = [*names.servers, *names.servers.values()]
    if head in heads or "mongo" in kinds:
        return f"{head}.{close[0]}"
    near = get_close_matches(head, [it for it in heads if it], n=1)
    return f"{near[0]}.{close[0]}" if near else close[0]


def _unused_kinds(names: KnownTargets) -> list[str]:
    return [it for it in SERVER_KINDS if not names.of_kind(it)]


def _demand_caller(fault: Fault, called: Sequence[str], names: KnownTargets) -> None:
    by = fault.when.by
    if by and not any(names.kind_of(it) == SERVICE for it in called):
        callers = [*names.of_kind(SERVICE), *names.services]
        demand_match(fault, "caller", by, callers)
    if by or not fault.moment:
        return
    for host in fault.target_hosts:
        kind = names.kind_of(host)
        pushes = kind in _PUSHES and any(names.kind_of(it) == SERVICE for it in called)
        if host not in called and kind != SERVICE and not pushes:
            of = fault.when.of
            answers = f"{either(called)} answers it"
            raise NoSuchTarget(f"{fault}: {host!r} neither makes nor answers {of!r}; {answers}")


def _demand_answer(fault: Fault, called: Sequence[str], names: KnownTargets) -> None:
    for host in called:
        kind = names.kind_of(host)
        wrong = no_answer(kind, fault.says)
        if wrong:
            raise NoSuchTarget(f"{fault}: {host!r} never says {fault.says!r}: {wrong}")


def _shown(given: object) -> str:
    return str(getattr(given, "__name__", repr(given)))


def _check_event(fault: Fault, names: KnownTargets) -> None:
    kind = {**_RECORDS, **_RECORDS_OF_CONSUMERS}.get(fault.on)
    there = [it for it in names.hosts if names.kind_of(it) in (kind, "")]
    if kind is not None and not there:
        said = f"no server is a {kind}" if kind else "no server is of a kind of your own"
        raise NoSuchTarget(f"{fault}: there is no {fault.on!r}, for {said}")
    if fault.on not in _RECORDS:
        return
    if not any(fnmatchcase(it, fault.when.at) for it in there):
        where = f"a {fault.on} is at {either(there)}"
        demand_match(fault, "host", fault.when.at, names.hosts)
        raise NoSuchTarget(f"{fault}: {where}, and never at {fault.when.at!r}")
    of = fault.when.of
    known = fault.on == "write" and ("*" not in of or "." in of)
    if known and not any(may_be_called(of, it, names) for it in there):
        raise NoSuchTarget(f"{fault}: {_unheard_of(of, there, names)}")


def _demand_messages(fault: Fault, names: KnownTargets) -> None:
    if not names.consumers:
        raise NoSuchTarget(f"{fault}: there are no messages, for no server is a nats")
