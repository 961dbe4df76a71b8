"""How each kind of fault is drawn: what it is aimed at, how strong it is, and when it strikes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from hypothesis import strategies as st

from boxoffice import faults
from boxoffice.faults import Fault
from boxoffice.properties.targets import Named, Targets, choices, one_of

Make = Callable[..., Fault]
Call = tuple[Sequence[Any], dict[str, Any]]
Drawn = Callable[[Targets], st.SearchStrategy[Call] | None]  # None: nothing to aim at

# What each kind of server may answer instead, as it stands on the wire.
SAYS: Final[Mapping[str, Sequence[str]]] = {
    "mongo": ("10107", "91", "11600", "112"),
    "nats": ("503", "10008"),
    "redis": ("LOADING Redis is loading the dataset in memory", "BUSY Redis is busy"),
    "stripe": ("500", "429"),
}


def moments() -> Named:
    """Draw when a fault strikes: on certain occasions, on each, or on a share of them."""
    numbers = st.lists(st.integers(1, 9), min_size=1, max_size=3, unique=True).map(sorted)
    shares = st.sampled_from([0.5, 0.25, 0.1, 0.75])
    return st.one_of(
        st.fixed_dictionaries({"nth": numbers}),
        st.just({}),
        st.fixed_dictionaries({"share": shares}),
    )


def _call(*named: Named, args: st.SearchStrategy[Any] | None = None) -> st.SearchStrategy[Call]:
    # What a later part says stands where two say the same.
    together = st.tuples(*named).map(lambda parts: {k: v for it in parts for k, v in it.items()})
    return st.tuples(args if args is not None else st.just(()), together)


def _message(**strength: Sequence[Any]) -> Drawn:
    def drawn(it: Targets) -> st.SearchStrategy[Call] | None:
        if not it.servers["nats"]:
            return None
        return _call(it.messages(), choices(**strength), moments())

    return drawn


def _dying(**strength: Sequence[Any]) -> Drawn:
    def drawn(it: Targets) -> st.SearchStrategy[Call] | None:
        if not it.hosts:
            return None
        host = st.tuples(st.sampled_from(it.hosts))
        when = it.events() if it.patterns else st.one_of(it.events(), it.driver_calls())
        return _call(when, choices(**strength), moments(), args=host)

    return drawn


def _restarted(it: Targets) -> st.SearchStrategy[Call] | None:
    names = [name for each in it.servers.values() for name in each]
    if not names:
        return None
    strength = choices(down_s=(0.5, 10.0))
    return _call(it.events(), strength, moments(), args=st.tuples(st.sampled_from(names)))


def _called(**strength: Sequence[Any]) -> Drawn:
    return lambda it: _call(it.calls(), choices(**strength), moments())


def _server(*kinds: str, **strength: Sequence[Any]) -> Drawn:
    def drawn(it: Targets) -> st.SearchStrategy[Call] | None:
        names = [name for kind in kinds for name in it.servers[kind]]
        if not names:
            return None
        at = st.fixed_dictionaries({"at": st.sampled_from(names)})
        return _call(at, choices(**strength), moments())

    return drawn


def _stored(it: Targets) -> st.SearchStrategy[Call] | None:
    if not it.servers["nats"]:
        return None
    return _call(one_of(of=it.subjects), choices(at=it.servers["nats"]), moments())


def _refusals(it: Targets) -> st.SearchStrategy[Call] | None:
    each = list(_refused(it))
    return st.one_of(each) if each else None


def _refused(it: Targets) -> Iterator[st.SearchStrategy[Call]]:
    for kind, names in it.servers.items():
        if names:
            at = st.fixed_dictionaries({"at": st.sampled_from(names)})
            says = st.tuples(st.sampled_from(SAYS[kind]))
            yield _call(at, choices(lasts_s=(1.0, 5.0)), moments(), args=says)


def _partitions(it: Targets) -> st.SearchStrategy[Call] | None:
    if not it.hosts:
        return None
    cut = st.lists(st.sampled_from(it.hosts), min_size=1, max_size=2, unique=True)
    servers = [name for names in it.servers.values() for name in names]
    at_once = st.one_of(choices(from_s=(0.5, 2.0, 10.0)), st.just({"until_s": 10.0}))
    by_event = st.tuples(it.events(), moments()).map(lambda parts: parts[0] | parts[1])
    strength = choices(lasts_s=(1.0, 30.0), others=[[name] for name in servers])
    return _call(strength, st.one_of(by_event, at_once), args=cut)


def _replicas(it: Targets) -> st.SearchStrategy[Call] | None:
    return _call(choices(count=(2, 3))) if it.hosts else None


def _threads(it: Targets) -> st.SearchStrategy[Call] | None:
    if not it.hosts:
        return None
    return _call(choices(by=it.hosts, by_s=(0.1, 10.0)), moments())


def _skews(it: Targets) -> st.SearchStrategy[Call] | None:
    if not it.hosts:
        return None
    host = st.tuples(st.sampled_from(it.hosts))
    by_s = one_of(by_s=(1.0, -1.0, 60.0, -60.0, 86_400.0))
    return _call(by_s, choices(from_s=(1.0, 10.0)), args=host)


KINDS: Final[Mapping[Make, Drawn]] = {
    faults.crashes: _dying(down_s=(0.5, 10.0)),
    faults.duplicates: _message(copies=(2, 3), within_s=(5.0,)),
    faults.delays: _message(by_s=(0.1, 10.0)),
    faults.reorders: _message(within_s=(1.0,)),
    faults.gaps: _message(by_s=(60.0,)),
    faults.lost_requests: _called(),
    faults.lost_responses: _called(),
    faults.late_effects: _called(by_s=(0.1, 10.0)),
    faults.slow_calls: _called(by_s=(0.1, 10.0)),
    faults.slow_threads: _threads,
    faults.partitions: _partitions,
    faults.pauses: _dying(for_s=(1.0, 60.0)),
    faults.clock_steps: _dying(by_s=(-60.0, [30.0, -60.0])),
    faults.stored_twice: _stored,
    faults.forgotten_keys: _server("stripe"),
    faults.busy_account: _server("stripe"),
    faults.restarts: _restarted,
    faults.rolling_restarts: _dying(notice_s=(0.1, 10.0), down_s=(0.5,)),
    faults.departures: _dying(notice_s=(0.1, 10.0), down_s=(0.5,)),
    faults.failovers: _server("mongo", "redis", loses_s=(1.0, 5.0)),
    faults.lost_writes: _server("redis", loses_s=(1.0, 5.0)),
    faults.failing_over: _server("mongo"),
    faults.locked_out: _server("mongo"),
    faults.unconfirmed: _server("mongo"),
    faults.no_leader: _server("nats"),
    faults.no_storage: _server("nats"),
    faults.small_payloads: _server("nats", most_bytes=(0, 256)),
    faults.read_only: _server("redis"),
    faults.no_memory: _server("redis"),
    faults.stripe_errors: _server("stripe", done=(True,)),
    faults.stripe_busy: _server("stripe"),
    faults.stripe_timeouts: _server("stripe", charged=(False,)),
    faults.no_balance: _server("stripe"),
    faults.failed_refunds: _server("stripe"),
    faults.refusals: _refusals,
    faults.poison: _stored,
    faults.replicas: _replicas,
    faults.skews: _skews,
}
