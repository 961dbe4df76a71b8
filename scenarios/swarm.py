"""Which faults a run has: few kinds, often none, each as strong as the seed has it.

A storm in which everything breaks a little hides what needs one thing to break a lot, or all
others to be well.  Source: Groce et al., Swarm Testing, ISSTA 2012
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from math import inf
from typing import Any, Final

from boxoffice import faults
from boxoffice.clock import Random
from boxoffice.faults import Fault
from scenarios import aimed, at_the_account, at_the_till
from scenarios.aims import CALLS, SERVICES, STORES, SUBJECTS, WRITES
from scenarios.rollouts import deployment

# A host stands in `busy` as often as people give it to do: there a fault meets somebody.
Make = Callable[[Random, Sequence[str]], Fault]
Kinds = Mapping[str, Make]
When = Callable[[Random], dict[str, Any]]

LAYERS_HIT: Final = (0, 0, 1, 1, 1, 2, 2, 3, 5)  # so many of all layers; most runs have few
OUTSIDE_HIT: Final = 0.36  # where somebody pays, or waits for a letter or an end
KINDS_EACH: Final = (1, 1, 1, 2)


def _when(chance: Random) -> dict[str, Any]:
    if chance.random() < 0.4:
        return {"nth": [chance.choice((1, 1, 2, 3, 5))]}
    return {"share": chance.choice((0.05, 0.2, 0.5))}


def _seldom(chance: Random) -> dict[str, Any]:
    """When that begins which lasts: too often, and there is nothing in between."""
    if chance.random() < 0.5:
        return {"nth": [chance.choice((1, 2, 3, 5, 8))]}
    return {"share": chance.choice((0.02, 0.1))}


def _some(chance: Random, strengths: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    return {name: chance.choice(some) for name, some in strengths.items()}


def _message(make: Callable[..., Fault], **strengths: Sequence[Any]) -> Make:
    def drawn(chance: Random, busy: Sequence[str]) -> Fault:
        given = _some(chance, strengths)
        return make(**given, of=chance.choice(SUBJECTS), **_when(chance))

    return drawn


def _call(
    make: Callable[..., Fault],
    calls: Mapping[str, Sequence[str]] = CALLS,
    when: When = _when,
    **strengths: Sequence[Any],
) -> Make:
    def drawn(chance: Random, busy: Sequence[str]) -> Fault:
        given = _some(chance, strengths)
        host = chance.choice(busy)
        of = chance.choice(calls[_service(host)])
        return make(**given, of=of, by=host, **when(chance))

    return drawn


def _people(make: Callable[..., Fault], **strengths: Sequence[Any]) -> Make:
    def drawn(chance: Random, busy: Sequence[str]) -> Fault:
        given = _some(chance, strengths)
        at, of = chance.choice(("auth", "tickets", "orders", "payments")), "POST"
        return make(**given, of=of, at=at, **_when(chance))

    return drawn


def _dies(make: Callable[..., Fault], *, all: bool = False, **strengths: Sequence[Any]) -> Make:
    def drawn(chance: Random, busy: Sequence[str]) -> Fault:
        given = _some(chance, strengths)
        host = chance.choice(busy)
        service = _service(host)
        moment = chance.choice(("after", "after", "before"))
        given[moment] = of = chance.choice([*CALLS[service], *WRITES[service]])
        if chance.random() < 0.6:
            return make(service if all else host, **given, **_when(chance))
        # Or at any call of such a server's, each as likely as the next.
        given[moment] = f"{of.partition('.')[0]}.*"
        return make(service if all else host, **given, nth=[chance.randint(1, 60)])

    return drawn


def _at(
    make: Callable[..., Fault], *servers: str, when: When = _when, **strengths: Sequence[Any]
) -> Make:
    def drawn(chance: Random, busy: Sequence[str]) -> Fault:
        given = _some(chance, strengths)
        return make(**given, at=chance.choice(servers), **when(chance))

    return drawn


def _outage(make: Callable[..., Fault], *servers: str) -> Make:
    return lambda chance, busy: make(at=chance.choice(servers), **_seldom(chance))


def _partition(chance: Random, busy: Sequence[str]) -> Fault:
    host = chance.choice(busy)
    service = _service(host)
    after, lasts_s = chance.choice(CALLS[service]), chance.choice((1.0, 5.0, 40.0))
    how: dict[str, Any] = {"one_way": chance.choice(("", "", "in", "out"))}
    if chance.random() < 0.2:
        how |= {"times": 3, "every_s": 2 * lasts_s}
    if chance.random() < 0.5:
        how["others"] = [chance.choice(("nats", *_servers_of(service)))]
    when = {"lasts_s": lasts_s, "after": after, "by": host, **_seldom(chance)}
    return faults.partitions(host, **how, **when)


def _service(host: str) -> str:
    return host.partition("-")[0]


def _servers_of(service: str) -> Sequence[str]:
    return ("redis",) if service == "expiration" else (f"{service}-db",)


def _restart(chance: Random, busy: Sequence[str]) -> Fault:
    after = chance.choice(("nats.publish", "nats.ack", "redis.zadd", "redis.set", "mongo.*_one"))
    kind = after.partition(".")[0]
    server = chance.choice(STORES) if kind == "mongo" else kind
    loses_s = chance.choice((0.0, 5.0, inf)) if kind == "redis" else 0.0
    down_s = chance.choice((0.5, 2.0, 10.0))
    return faults.restarts(server, down_s, loses_s, after=after, at=server, **_seldom(chance))


def _skew(chance: Random, busy: Sequence[str]) -> Fault:
    host, by_s = chance.choice(busy), chance.choice((-60.0, -2.0, -0.5, 0.5, 2.0, 60.0))
    if chance.random() < 0.5:
        return faults.skews(host, by_s)
    return faults.skews(host, by_s, until_s=chance.choice((1.0, 20.0)))


def _late_acks(chance: Random, busy: Sequence[str]) -> Fault:
    make = chance.choice((faults.lost_requests, faults.lost_responses))
    return make(of="ack", at="nats", by=chance.choice(SERVICES[1:]), **_when(chance))


def _poison(chance: Random, busy: Sequence[str]) -> Fault:
    return faults.poison(aimed.A_REPLAYS, of=chance.choice(SUBJECTS), **_when(chance))


def _slow_step(chance: Random, busy: Sequence[str]) -> Fault:
    # One step of a few is overtaken by all that others do meanwhile.
    service = chance.choice(("auth", "tickets", "orders", "orders", "payments"))
    of = chance.choice([it for it in CALLS[service] if it.startswith("mongo.")])
    share, by_s = chance.choice((0.2, 0.5)), chance.choice((0.1, 0.5, 3.0))
    return faults.slow_calls(by_s, of=of, by=service, share=share)


def _slow_store(chance: Random, busy: Sequence[str]) -> Fault:
    # Between a look and a write there is a millisecond or two, in which hardly anybody comes.
    at, by_s = chance.choice((*STORES, "*-db", "redis")), chance.choice((0.02, 0.1, 0.1, 0.5))
    return faults.slow_calls(by_s, at=at, share=chance.choice((0.3, 1.0)))


MESSAGES: Final[Kinds] = {
    "duplicates": _message(faults.duplicates, copies=(1, 3), within_s=(0.5, 5.0, 200.0)),
    "delays": _message(faults.delays, by_s=(0.5, 3.0, 20.0)),
    "reorders": _message(faults.reorders, within_s=(0.2, 2.0)),
    "gaps": _message(faults.gaps, by_s=(60.0, 120.0)),
    "late-acks": _late_acks,
    "stored-twice": _message(faults.stored_twice, after_s=(0.5, 5.0, 150.0)),
    "poison": _poison,
}
HOSTS: Final[Kinds] = {
    "crashes": _dies(faults.crashes, down_s=(0.5, 2.0, 2.0, 40.0)),
    "departures": _dies(faults.departures, notice_s=(0.1, 2.0), down_s=(0.5, 2.0)),
    "rolling-restarts": _dies(
        faults.rolling_restarts, all=True, notice_s=(0.1, 2.0), down_s=(0.5,)
    ),
    "restarts": _restart,
    "partitions": _partition,
    "skews": _skew,
    "clock-steps": _dies(faults.clock_steps, by_s=(20.0, -20.0, 1.0, -1.0)),
}
CALLS_LOST: Final[Kinds] = {
    "lost-requests": _call(faults.lost_requests),
    "lost-responses": _call(faults.lost_responses),
    "slow-calls": _call(faults.slow_calls, by_s=(0.05, 0.5, 5.0)),
    "slow-people": _people(faults.slow_calls, by_s=(0.05, 1.0)),
    "lost-answers": _people(faults.lost_responses),
}
# What has its effect when everybody has stopped waiting for it, and done something else.
SLEEPERS: Final[Kinds] = {
    "pauses": _dies(faults.pauses, for_s=(1.0, 12.0, 45.0, 150.0)),
    "asleep": aimed.oversleeping("payments", "payments", "payments", "auth", "expiration"),
    "late-effects": _call(faults.late_effects, WRITES, by_s=(0.5, 5.0, 40.0)),
    **aimed.SLEEPERS,
    "sleepers": _call(faults.slow_calls, WRITES, aimed.often, by_s=(60.0,)),
}
REFUSALS: Final[Kinds] = {
    "no-index": aimed.unprepared,
    "failovers": _at(faults.failovers, *STORES),
    "failing-over": _outage(faults.failing_over, *STORES),
    "locked-out": _outage(faults.locked_out, *STORES),
    "unconfirmed": _at(faults.unconfirmed, *STORES),
    "lost-writes": _at(aimed.forgets, "redis", of=("*", "zadd", "zadd"), loses_s=(0.2, 5.0)),
    "read-only": _outage(faults.read_only, "redis"),
    "no-memory": _outage(faults.no_memory, "redis"),
    "no-storage": _outage(faults.no_storage, "nats"),
    "no-leader": _outage(faults.no_leader, "nats"),
    "small-payloads": _at(faults.small_payloads, "nats", most_bytes=(0, 600)),
}
STRIPE: Final[Kinds] = {
    "stripe-timeouts": _at(
        faults.stripe_timeouts, "stripe", when=aimed.often, charged=(True, False)
    ),
    "stripe-errors": _at(faults.stripe_errors, "stripe", when=aimed.often, done=(True, False)),
    "stripe-busy": _outage(faults.stripe_busy, "stripe"),
    "stripe-conflicts": at_the_till.stripe_conflicts,
    "stripe-key": at_the_till.no_key,
    "no-refunds": at_the_till.no_refunds,
    "oversleeping": aimed.oversleeping("payments"),
}
MAIL: Final[Kinds] = {
    "mail-greylisting": aimed.mail_later,
    "mail-refusals": aimed.mail_never,
    "slow-mail": _at(faults.slow_calls, "mail", when=aimed.often, by_s=(3.0, 20.0, 900.0)),
}
LAYERS: Final[Sequence[Kinds]] = (MESSAGES, HOSTS, CALLS_LOST, SLEEPERS, REFUSALS)
# Who is asked for some deeds only: nobody has to be well, or ill, whom nobody asks.
ALARMS: Final[Kinds] = aimed.AT_ALARMS
OUTSIDE: Final[Mapping[str, Kinds]] = {"payments": STRIPE, "auth": MAIL, "expiration": ALARMS}
BESIDE: Final = ((STRIPE, at_the_till.BESIDE_STRIPE), (ALARMS, aimed.BESIDE_ALARMS))
# Beside them, and not that anything breaks: what takes its time lets others in between, and whoever
# deploys ends services in good order.
WEATHER: Final[Sequence[tuple[Make, float]]] = (
    (_slow_store, 0.4),
    (_slow_step, 0.2),
    (at_the_account.slow_hashing, 0.15),
    (_message(faults.reorders, within_s=(0.1, 0.5, 2.0)), 0.25),
)
DEPLOYED: Final = 0.25  # so many runs have a service told to end as well
KINDS: Final[Kinds] = {
    name: make for kinds in (*LAYERS, *OUTSIDE.values()) for name, make in kinds.items()
}


def late_message(chance: Random) -> Fault:
    """Draw a fault by which an order speaks again, or at last, when others have been forgotten."""
    # What is said once more comes after it has been forgotten, and what is late before that.
    again = partial(faults.duplicates, copies=3, within_s=chance.choice((5.0, 200.0, 200.0)))
    late = (partial(faults.delays, by_s=20.0), partial(faults.gaps, by_s=60.0))
    make = chance.choice((again, again, again, *late))
    of = chance.choice(("order.*", "order.*", "order.created", "order.cancelled"))
    when = chance.choice(({"nth": [chance.randint(1, 9)]}, {"share": 0.2}, {"share": 0.4}))
    return make(of=of, **when)


def weather(chance: Random, busy: Sequence[str] = ()) -> list[Fault]:
    """Draw what is not as usual where nothing breaks."""
    found = [make(chance, SERVICES) for make, share in WEATHER if chance.random() < share]
    return found + (deployment(chance, busy) if chance.random() < DEPLOYED else [])


def swarm(chance: Random, busy: Sequence[str] = SERVICES, replicas: int = 1) -> list[Fault]:
    """Draw the faults of one run.

    `busy` are the services that people give something to do beside what all do.  Of several
    replicas a fault may take one, so that another goes on meanwhile.
    """
    hosts = [f"{it}{which}" for which in ("", "-2")[:replicas] for it in (*SERVICES, *busy)]
    beside = weather(chance, busy)
    so_many = chance.choice(LAYERS_HIT)
    layers = chance.sample(LAYERS, so_many)
    for service, kinds in OUTSIDE.items():
        if so_many and service in busy and chance.random() < OUTSIDE_HIT:
            layers.append(kinds)
    for kinds, makes in BESIDE:
        also = makes if kinds in layers else ()
        beside += [make(chance, hosts) for make, share in also if chance.random() < share]
    return beside + [
        kinds[name](chance, hosts)
        for kinds in layers
        for name in chance.sample([*kinds], chance.choice(KINDS_EACH))
    ]
