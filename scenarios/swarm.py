"""Which faults a run has: few kinds, often none, each as strong as the seed has it.

A storm in which everything breaks a little hides what needs one thing to break a lot, or all
others to be well.  Source: Groce et al., Swarm Testing, ISSTA 2012
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from boxoffice import faults
from boxoffice.clock import Random
from boxoffice.faults import Fault

Make = Callable[[Random], Fault]

# Of the calls of each service, those that write, tell, or are answered by somebody else.
CALLS: Final[Mapping[str, Sequence[str]]] = {
    "auth": (
        *("mongo.insert_one", "mongo.replace_one", "mongo.find_one", "mongo.find_one_and_update"),
        *("mongo.update_one", "mongo.delete_one"),
    ),
    "tickets": (
        *("mongo.insert_one", "mongo.update_one", "mongo.find_one"),
        *("nats.publish", "nats.ack"),
    ),
    "orders": (
        *("mongo.insert_one", "mongo.update_one", "mongo.find_one", "mongo.find"),
        *("nats.publish", "nats.ack"),
    ),
    "payments": (
        *("mongo.insert_one", "mongo.update_one", "mongo.find_one"),
        *("nats.publish", "nats.ack", "stripe.charge", "stripe.refund"),
    ),
    "expiration": ("redis.zadd", "redis.set", "redis.zrange", "nats.publish", "nats.ack"),
}
MESSAGES: Final = ("duplicates", "delays", "reorders", "gaps", "late-acks")
STORES: Final = ("auth-db", "tickets-db", "orders-db", "payments-db")
SUBJECTS: Final = (
    *("*", "order.*", "ticket.*", "order.created", "order.cancelled", "order.completed"),
    *("order.awaiting-payment", "ticket.created", "ticket.updated", "expiration.complete"),
    "payment.created",
)
NONE: Final = 0.08  # of all runs have no fault at all
HOW_MANY: Final = (0, 0, 0, 1, 1, 1, 1, 2, 2, 3, 4, 6)  # kinds in one run


def _when(chance: Random) -> dict[str, Any]:
    if chance.random() < 0.4:
        return {"nth": [chance.choice((1, 1, 2, 3, 5))]}
    return {"share": chance.choice((0.05, 0.2, 0.5))}


def _seldom(chance: Random) -> dict[str, Any]:
    """When that begins which lasts: too often, and there is nothing in between."""
    if chance.random() < 0.5:
        return {"nth": [chance.choice((1, 2, 3, 5, 8))]}
    return {"share": chance.choice((0.02, 0.1))}


def _message(make: Callable[..., Fault], **strengths: Sequence[Any]) -> Make:
    def drawn(chance: Random) -> Fault:
        given = {name: chance.choice(some) for name, some in strengths.items()}
        return make(**given, of=chance.choice(SUBJECTS), **_when(chance))

    return drawn


def _call(make: Callable[..., Fault], **strengths: Sequence[Any]) -> Make:
    def drawn(chance: Random) -> Fault:
        given = {name: chance.choice(some) for name, some in strengths.items()}
        service = chance.choice([*CALLS])
        of = chance.choice(CALLS[service])
        return make(**given, of=of, by=service, **_when(chance))

    return drawn


def _people(make: Callable[..., Fault], **strengths: Sequence[Any]) -> Make:
    def drawn(chance: Random) -> Fault:
        given = {name: chance.choice(some) for name, some in strengths.items()}
        at, of = chance.choice(("auth", "tickets", "orders", "payments")), "POST"
        return make(**given, of=of, at=at, **_when(chance))

    return drawn


def _dies(make: Callable[..., Fault], **strengths: Sequence[Any]) -> Make:
    def drawn(chance: Random) -> Fault:
        given = {name: chance.choice(some) for name, some in strengths.items()}
        service = chance.choice([*CALLS])
        moment = chance.choice(("after", "after", "before"))
        given[moment] = chance.choice(CALLS[service])
        return make(service, **given, **_when(chance))

    return drawn


def _at(make: Callable[..., Fault], *servers: str, **strengths: Sequence[Any]) -> Make:
    def drawn(chance: Random) -> Fault:
        given = {name: chance.choice(some) for name, some in strengths.items()}
        return make(**given, at=chance.choice(servers), **_when(chance))

    return drawn


def _outage(make: Callable[..., Fault], *servers: str) -> Make:
    return lambda chance: make(at=chance.choice(servers), **_seldom(chance))


def _partition(chance: Random) -> Fault:
    service = chance.choice([*CALLS])
    after, lasts_s = chance.choice(CALLS[service]), chance.choice((1.0, 5.0, 40.0))
    return faults.partitions(service, after=after, by=service, lasts_s=lasts_s, **_seldom(chance))


def _skew(chance: Random) -> Fault:
    host, by_s = chance.choice([*CALLS]), chance.choice((-60.0, -2.0, -0.5, 0.5, 2.0, 60.0))
    if chance.random() < 0.5:
        return faults.skews(host, by_s)
    return faults.skews(host, by_s, until_s=chance.choice((1.0, 20.0)))


def _refused(says: str, name: str, at: str) -> Make:
    return lambda chance: faults.refusals(says, name=name, at=at, **_when(chance))


def _late_acks(chance: Random) -> Fault:
    make = chance.choice((faults.lost_requests, faults.lost_responses))
    return make(of="ack", at="nats", by=chance.choice([*CALLS][1:]), **_when(chance))


def _poison(chance: Random) -> Fault:
    return faults.poison(of=chance.choice(SUBJECTS), **_when(chance))


KINDS: Final[Mapping[str, Make]] = {
    "duplicates": _message(faults.duplicates, copies=(1, 3), within_s=(0.5, 5.0, 200.0)),
    "delays": _message(faults.delays, by_s=(0.5, 3.0, 20.0)),
    "reorders": _message(faults.reorders, within_s=(0.2, 2.0)),
    "gaps": _message(faults.gaps, by_s=(60.0, 120.0)),
    "late-acks": _late_acks,
    "slow-calls": _call(faults.slow_calls, by_s=(0.05, 0.5, 5.0)),
    "sleepers": _call(faults.slow_calls, by_s=(60.0,)),
    "lost-requests": _call(faults.lost_requests),
    "lost-responses": _call(faults.lost_responses),
    "slow-people": _people(faults.slow_calls, by_s=(0.05, 1.0)),
    "lost-answers": _people(faults.lost_responses),
    "crashes": _dies(faults.crashes, down_s=(0.5, 2.0, 40.0)),
    "departures": _dies(faults.departures, notice_s=(0.1, 2.0), down_s=(0.5, 2.0)),
    "partitions": _partition,
    "skews": _skew,
    "failovers": _at(faults.failovers, *STORES),
    "failing-over": _outage(faults.failing_over, *STORES),
    "locked-out": _outage(faults.locked_out, *STORES),
    "unconfirmed": _at(faults.unconfirmed, *STORES),
    "lost-writes": _at(faults.lost_writes, "redis", of=("*", "zadd", "zadd"), loses_s=(0.2, 5.0)),
    "read-only": _outage(faults.read_only, "redis"),
    "no-memory": _outage(faults.no_memory, "redis"),
    "no-storage": _outage(faults.no_storage, "nats"),
    "no-leader": _outage(faults.no_leader, "nats"),
    "stripe-timeouts": _at(faults.stripe_timeouts, "stripe", charged=(True, False)),
    "stripe-errors": _at(faults.stripe_errors, "stripe", done=(True, False)),
    "stripe-busy": _outage(faults.stripe_busy, "stripe"),
    "stripe-conflicts": _refused("409", "stripe-conflicts", "stripe"),
    "no-balance": _at(faults.no_balance, "stripe"),
    "mail-greylisting": _refused("450 4.2.0 Greylisted", "mail-greylisting", "mail"),
    "mail-refusals": _refused("550 5.1.1 No such user", "mail-refusals", "mail"),
    "poison": _poison,
}


def _slow_store(chance: Random) -> Fault:
    # Between a look and a write there is a millisecond or two, in which hardly anybody comes.
    at, by_s = chance.choice((*STORES, "*-db")), chance.choice((0.02, 0.1, 0.1, 0.5))
    return faults.slow_calls(by_s, at=at, share=chance.choice((0.3, 1.0)))


LAYERS: Final[Sequence[tuple[Sequence[Make], Sequence[int]]]] = (
    ([_slow_store], (0, 0, 1, 1, 2)),
    ([KINDS[name] for name in MESSAGES], (0, 0, 0, 1, 1, 2)),
    ([make for name, make in KINDS.items() if name not in MESSAGES], HOW_MANY),
)


def swarm(chance: Random) -> list[Fault]:
    """Draw the faults of one run: of what is slow, of messages, and of all else."""
    if chance.random() < NONE:
        return []
    return [
        make(chance)
        for kinds, how_many in LAYERS
        for make in _some(chance, kinds, chance.choice(how_many))
    ]


def _some(chance: Random, kinds: Sequence[Make], number: int) -> Sequence[Make]:
    return chance.sample(kinds, number) if number <= len(kinds) else list(kinds) * number
