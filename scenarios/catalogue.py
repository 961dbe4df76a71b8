"""What can be run by name: every scenario in the rooms beside this file."""

import pkgutil
from collections.abc import Sequence
from functools import cache
from importlib import import_module
from math import inf
from types import ModuleType
from typing import Any, Final

import scenarios.stories
import scenarios.storms
from boxoffice import Scenario, Twin, faults
from boxoffice.faults import Fault
from boxoffice.search import Names
from scenarios.shop.system import SHOP
from scenarios.unknown import pick
from scenarios.zoo import TWINS

HEADLINES = (
    "purchase",
    "expiry",
    "duplicate-delivery",
    "out-of-order",
    "two-tabs",
    "last-seat",
    "pay-against-expiry",
    "crash-before-publish",
    "late-cancel",
    "two-orders-cross",
)

# The faults that can be switched on for any scenario, as mild as a bad day.
FAULTS = {
    "duplicates": lambda: faults.duplicates(share=0.2),
    "reorders": lambda: faults.reorders(share=0.2),
    "delays": lambda: faults.delays(2.0, share=0.1),
    "lost-requests": lambda: faults.lost_requests(share=0.01),
    "lost-responses": lambda: faults.lost_responses(share=0.01),
    "late-effects": lambda: faults.late_effects(share=0.01),
    "slow-calls": lambda: faults.slow_calls(by_s=0.2, share=0.1),
    "stripe-timeouts": lambda: faults.stripe_timeouts(share=0.3),
    "crashes": lambda: faults.crashes("orders", on="write", at="orders-db", share=0.05),
    "partitions": lambda: faults.partitions(*SHOP.services, any_one=True, on="write", share=0.05),
    "one-way-partitions": lambda: faults.partitions(
        *SHOP.services, any_one=True, one_way="in", on="write", share=0.05
    ),
    "flapping": lambda: faults.partitions(
        *SHOP.services, any_one=True, on="write", lasts_s=0.3, times=6, share=0.05
    ),
    "failovers": lambda: faults.failovers(of="*_one", at="orders-db", share=0.05),
    "replicas": lambda: faults.replicas(count=2),
    "restarts": lambda: faults.restarts("nats", on="stored", share=0.05),
    "restarts-empty": lambda: faults.restarts("redis", loses_s=inf, after="redis.zadd", share=0.2),
    "rolling-restarts": lambda: faults.rolling_restarts("orders", at="orders-db", share=0.02),
    "redis-read-only": lambda: faults.read_only(share=0.1),
    "redis-full": lambda: faults.no_memory(share=0.1),
    "mongo-failing-over": lambda: faults.failing_over(share=0.01),
    "mongo-password": lambda: faults.locked_out(share=0.01),
    "mongo-unconfirmed": lambda: faults.unconfirmed(share=0.05),
    "nats-full": lambda: faults.no_storage(share=0.05),
    "small-payloads": lambda: faults.small_payloads(share=0.05),
    "nats-leaderless": lambda: faults.no_leader(share=0.01),
    "mail-greylisting": lambda: faults.refusals(
        "450 4.2.0 Greylisted", name="mail-greylisting", at="mail", share=0.5
    ),
    "mail-refusals": lambda: faults.refusals(
        "550 5.1.1 No such user", name="mail-refusals", at="mail", share=0.3
    ),
    "stripe-errors": lambda: faults.stripe_errors(share=0.3),
    "stripe-half-errors": lambda: faults.stripe_errors(done=True, share=0.3),
    "stripe-busy": lambda: faults.stripe_busy(share=0.2),
    "stripe-no-balance": lambda: faults.no_balance(share=0.5),
    "stripe-failed-refunds": lambda: faults.failed_refunds(share=0.5),
    "lost-writes": lambda: faults.lost_writes(of="zadd", share=0.2),
    "departures": lambda: faults.departures("payments", at="payments-db", share=0.05),
    "pauses": lambda: faults.pauses("orders", for_s=40.0, at="orders-db", share=0.02),
    "clock-steps": lambda: faults.clock_steps("expiration", [20.0, -40.0], on="acked", share=0.1),
    "stored-twice": lambda: faults.stored_twice(share=0.05),
    "forgotten-keys": lambda: faults.forgotten_keys(older_s=3600.0, share=0.2),
    "busy-account": lambda: faults.busy_account(share=0.5),
    "poison": lambda: faults.poison(share=0.05),
    "gaps": lambda: faults.gaps(share=0.02),
}
FAULT_SUMMARIES = {
    "duplicates": "one message in five is delivered twice",
    "reorders": "one message in five is overtaken by others",
    "delays": "one message in ten comes two seconds late",
    "lost-requests": "one call in a hundred never arrives",
    "lost-responses": "one call in a hundred has its effect, and its answer is lost",
    "late-effects": "one call in a hundred has its effect a second after its caller has given up",
    "slow-calls": "one call in ten takes up to 0.2 s longer",
    "stripe-timeouts": "three charges in ten are made, and Stripe's answer is lost",
    "crashes": "orders dies after one write in twenty, for two seconds",
    "partitions": "after one write in twenty a service is cut off from everybody for five seconds",
    "one-way-partitions": "after one write in twenty a service hears nobody for five seconds",
    "flapping": "after one write in twenty a service is cut off six times, for 0.3 s each time",
    "failovers": "after one write in twenty orders' database fails over, and loses what was last",
    "replicas": "two processes of each service run",
    "restarts": "after one event in twenty NATS dies, and is back two seconds later",
    "restarts-empty": "after one alarm in five Redis dies, and comes up with nothing",
    "rolling-restarts": "after one write in fifty all of orders' processes are restarted in turn",
    "redis-read-only": "one write to Redis in ten begins five seconds in which it takes none",
    "redis-full": "one new key in ten begins five seconds in which Redis has no memory left",
    "mongo-failing-over": "one call in a hundred begins three seconds without a primary",
    "mongo-password": "one call in a hundred begins three seconds in which our password is refused",
    "mongo-unconfirmed": "one write in twenty is made, and MongoDB says that too few have it",
    "nats-full": "one event in twenty begins five seconds in which NATS has no room for any",
    "small-payloads": "one event in twenty begins five seconds in which NATS takes 256 B at most",
    "nats-leaderless": "one call in a hundred begins two seconds in which JetStream is silent",
    "mail-greylisting": "every second letter is put off: it may come again later",
    "mail-refusals": "three letters in ten are refused for good, as to nobody's address",
    "stripe-errors": "three calls in ten are answered with an error, which Stripe remembers",
    "stripe-half-errors": "three calls in ten are done, and answered with an error all the same",
    "stripe-busy": "one call in five begins five seconds in which Stripe says that it is too much",
    "stripe-no-balance": "every other refund is refused, since the balance does not cover it",
    "stripe-failed-refunds": "of every other refund Stripe says that it has failed",
    "lost-writes": "after one alarm in five Redis fails over, and has forgotten it",
    "departures": "payments is told to end after one write in twenty, with two seconds' notice",
    "pauses": "orders stands still for 40 s after one write in fifty, and then goes on",
    "clock-steps": "expiration's clock goes 20 s ahead or 40 s back, at one message in ten",
    "stored-twice": "one message in twenty is published anew, and stored a second time",
    "forgotten-keys": "at one call in five Stripe no longer knows keys that are an hour old",
    "busy-account": "half of Stripe's lists begin with a page of what somebody else has charged",
    "poison": "after one message in twenty comes garbage: what it says, its headers, its size",
    "gaps": "one message in fifty is missing for two minutes, so that later versions wait for it",
}


@cache
def scenarios_by_name() -> dict[str, Scenario]:
    """Return all scenarios: the headline stories in their order, then the others by name."""
    found = {
        one.name: one
        for room in (scenarios.stories, scenarios.storms)
        for module in _modules(room)
        for one in vars(module).values()
        if isinstance(one, Scenario)
    }
    names = [*HEADLINES, *sorted(found.keys() - set(HEADLINES))]
    return {name: found[name] for name in names}


def scenario_named(name: str) -> Scenario:
    """Return a scenario.  Raises: Unknown."""
    return pick("scenario", name, scenarios_by_name())


def twin_named(name: str) -> Twin:
    """Return a broken twin.  Raises: Unknown."""
    return pick("twin", name, TWINS)


def fault_named(name: str) -> Fault:
    """Return a new fault of that name, or the one that a text with brackets spells.

    Raises: Unknown; Misuse.
    """
    return faults.fault_of(name) if "(" in name else pick("fault", name, FAULTS)()


def storms() -> list[Scenario]:
    """Return what is explored if nothing is named: all storms that are small."""
    drawn = [one for one in scenarios_by_name().values() if one.draw is not None]
    return drawn or [scenario_named("rush")]


def everything() -> dict[str, Sequence[dict[str, Any]]]:
    """Return what there is to be run, broken and found: all names, with a line about each."""
    from scenarios.shop.checks import INVARIANTS

    every = scenarios_by_name().values()
    told = {twin.name: one.name for one in reversed([*every]) for twin in one.twins}
    return {
        "scenarios": [
            {"name": one.name, "summary": one.summary, "twins": [twin.name for twin in one.twins]}
            for one in every
        ],
        "faults": [{"name": name, "summary": summary} for name, summary in FAULT_SUMMARIES.items()],
        "invariants": [
            {"name": one.name, "kind": str(one.kind), "summary": one.summary} for one in INVARIANTS
        ],
        "twins": [
            {
                "name": twin.name,
                "defence": twin.defence,
                "invariant": twin.invariant,
                "shows": twin.shows,
                "story": told.get(twin.name, ""),
            }
            for twin in TWINS.values()
        ],
    }


def _modules(room: ModuleType) -> list[ModuleType]:
    names = sorted(found.name for found in pkgutil.iter_modules(room.__path__))
    return [import_module(f"{room.__name__}.{name}") for name in names]


NAMES: Final = Names(scenario_named, twin_named, fault_named, storms=storms)
