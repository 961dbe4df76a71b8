"""What is still in motion in a world, each by its name.  Nothing: the world is quiet.

Asked every few virtual milliseconds while a world comes to rest, so it looks only at what servers
have filed for their own use.  A timer that is not yet due is not motion: nothing happens until then
unless somebody asks.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from boxoffice.clock import as_datetime
from scenarios.shop.checks import words
from scenarios.shop.debris import is_debris
from services.common.clock import iso
from services.common.subjects import STREAM

if TYPE_CHECKING:
    from boxoffice import World
    from services.common.events import Document

PUBLISHING: Final = (("tickets", "tickets"), ("orders", "orders"), ("payments", "orders"))
CONSUMING: Final = ("tickets", "orders", "payments", "expiration")

# A letter that is under way, or to be tried again within this time, is motion; one that was put off
# for longer is like a timer, and nothing happens until then.  The calm waits for both.
SOON_S: Final = 120.0

# Of a refund that was refused: as long as it has been waited for, but not less and not more.
# Source: services/payments/retry_policy.py
AFTER_REFUSAL: Final = timedelta(minutes=1)
LONGEST: Final = timedelta(minutes=45)


def restless(world: "World") -> list[str]:
    """Return what is not quiet, by name."""
    return list(moving(world))


def moving(world: "World") -> Iterator[str]:
    """Yield what is not quiet, by name; whoever needs to know no more may stop at the first."""
    yield from _on_the_way(world)
    yield from _hosts(world)
    yield from _outboxes(world)
    yield from _consumers(world)
    yield from _timers(world)
    yield from _payments(world)
    yield from _letters(world)


def keeps_timers(world: "World") -> bool:
    """Tell whether anybody in this world keeps timers: not all services run in all worlds."""
    return any(host.service == "expiration" for host in world.hosts.values())


def _on_the_way(world: "World") -> list[str]:
    in_flight, overdue = world.gateway.in_flight, world.network.overdue
    found = [f"{words.count(in_flight, 'request')} in flight"] if in_flight else []
    return found + ([f"{words.count(overdue, 'call')} under way, late"] if overdue else [])


def _hosts(world: "World") -> list[str]:
    returning, leaving = world.returning, world.terminations.under_way
    found = [f"{words.count(returning, 'host')} on its way back"] if returning else []
    found += [f"{words.count(leaving, 'host')} about to leave"] if leaving else []
    found += [f"{name} is paused" for name in world.blows.paused]
    rolling = world.blows.rolling.under_way
    found += [f"{words.count(rolling, 'service')} being restarted"] if rolling else []
    starting = (name for name, host in world.hosts.items() if host.up and host.app is None)
    return found + [f"{name} is starting" for name in starting]


def _outboxes(world: "World") -> list[str]:
    found = []
    for service, collection in PUBLISHING:
        server = world.backends.mongo[f"{service}-db"]
        found_there = server.documents_with(service, collection, "outbox.id")
        filled = [it for it in found_there if not is_debris(it)]
        if filled:
            found.append(words.outbox(service, sum(len(it["outbox"]) for it in filled)))
    return found


def _consumers(world: "World") -> list[str]:
    stream = world.backends.nats.streams.get(STREAM)
    if stream is None:
        return ["nats: there is no stream"]
    found = [f"{name}: has no consumer" for name in CONSUMING if name not in stream.consumers]
    for name, consumer in stream.consumers.items():
        waiting, unacknowledged = consumer.num_pending, len(consumer.ledger.outstanding)
        if waiting or unacknowledged:
            found.append(words.backlog(name, waiting, unacknowledged))
        # A message that nobody has seen yet is among those that wait; its copies are not.
        schedule = consumer.schedule
        copies = sum(schedule._expected.values()) - schedule.unseen_count
        if copies > 0:
            found.append(f"{name}: {words.count(copies, 'copied message')} on the way")
    return found


def _timers(world: "World") -> list[str]:
    if not keeps_timers(world):
        return []
    now_s = world.backends.now_s()
    kept = world.backends.redis.peek(now_s)
    if b"timers:kept" not in kept:
        return ["expiration: timers are not recovered"]
    timers = kept.get(b"timers", {}).items()
    due = sorted((due_s, order) for order, due_s in timers if 0 < due_s <= now_s)
    found = [words.timer_due(order.decode()) for _, order in due]
    leases = sorted(key.decode() for key in kept if key.startswith(b"lease:"))
    return found + [words.timer_leased(key.removeprefix("lease:")) for key in leases]


def timers_due_s(world: "World") -> list[float]:
    """Return when the timers are due that have not ended, in seconds since 1970."""
    redis = world.backends.redis
    found = redis.execute("ZRANGE", "timers", "(0", "+inf", "BYSCORE", "WITHSCORES")
    return [float(due_s) for _, due_s in found]


def until_stripe_is_asked_s(world: "World") -> float:
    """Return in how many seconds Stripe will have been asked about each payment for good.

    An error that Stripe keeps under a key decides nothing while the order is open; of a refund it
    is a refusal, after which there is a pause before it is asked under another key.
    """
    moments = []
    for document in _unsettled(world):
        payment = document["payment"]
        since, due = (
            datetime.fromisoformat(it)
            for it in (payment["since"], payment.get("next_at") or payment["since"])
        )
        if payment["status"] == "pending":
            moments += [due, datetime.fromisoformat(document["expires_at"])]
        else:
            moments += [due + min(max(due - since, AFTER_REFUSAL), LONGEST)]
    due_s = max((it.timestamp() for it in moments), default=0.0)
    return max(0.0, due_s - world.backends.now_s())


def _payments(world: "World") -> list[str]:
    payments = (document["payment"] for document in _unsettled(world))
    return [f"payments: payment {words.short(it['id'])} is {it['status']}" for it in payments]


def _unsettled(world: "World") -> "list[Document]":
    server = world.backends.mongo["payments-db"]
    found = server.documents_with("payments", "orders", "unsettled_since")
    # Null is no moment; but a sparse index has it, and so has what asks whether the field is there.
    return [it for it in found if it["unsettled_since"] is not None and not is_debris(it)]


def _letters(world: "World") -> list[str]:
    promised = world.backends.mongo["auth-db"].documents_with("auth", "users", "letter_due")
    soon = iso(as_datetime(world.backends.now_s() + SOON_S)) if promised else ""
    promised = [it for it in promised if not is_debris(it)]
    due = sum(it["letter_due"].get("after", soon) <= soon for it in promised)
    if due == 0:
        return []
    return ["auth: a letter is due" if due == 1 else f"auth: {due} letters are due"]
