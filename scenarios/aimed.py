"""Faults aimed at the moment that a defence is for: between what is noted, and what is done for it.

Chance alone seldom meets these: a host is at one of a few steps for a millisecond.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import partial
from math import inf
from typing import Any, Final

from boxoffice import faults
from boxoffice.clock import Random
from boxoffice.faults import Fault
from scenarios.aims import CALLS, NOTES, STORES, UPON_WHAT_WAS_READ

NAP_S: Final = (12.0, 45.0, 45.0, 150.0)  # longer than what was noted is good for
NAPS: Final = ([1], [2], [2, 3], [3, 4])  # so many notes are taken until a first card is charged
# CannotCreateIndex, by its number in MongoDB's list of error codes.
NO_INDEX: Final = "67"
# Longer than a message may fail for a reason of its own; whoever waits for another may wait longer.
UNHEARD_S: Final = 300.0
# DocumentValidationFailure: a collection has a validator by mistake, from the first moment on, for
# longer than a message may fail for a reason of its own.  Only consumers write there so.
INVALID: Final = "121"
INVALID_S: Final = 310.0
PARKED_S: Final = 240.0  # after which it is put aside.  Source: services/common/failures.py
UNCONFIRMED_S: Final = 150.0  # by which orders has ended what no alarm has
OVERDUE_S: Final = 75.0  # by which what was ordered at first is so
COPIED_S: Final = 295.0  # so long a copy is on its way that comes to be applied before the letter
INVALIDATED: Final = (
    *(("payments", "orders.insert_one", "order.created"),) * 2,
    *(("orders", "tickets.update_one", "ticket.updated"),) * 2,
    ("orders", "tickets.insert_one", "ticket.created"),
)
# By which a service knows which letter is replayed.  Source: services/common/letters.py
A_REPLAYS: Final = "Boxoffice-Letter: 1"
# From when, and until when a server refuses: longer than a refusal is remembered.
REFUSES_FROM_S: Final = (0.5, 5.0, 20.0)
REFUSED_S: Final = 170.0
AWAY_S: Final = 60.0
# What a deed makes a service ask of its store first, or decide by.
WRITTEN: Final[Mapping[str, tuple[str, str]]] = {
    **dict.fromkeys(("forgets", "pesters"), ("auth", "update_one")),
    **dict.fromkeys(("comes_back", "tries", "mistypes"), ("auth", "find_one")),
    "signs_up": ("auth", "insert_one"),
    "resets": ("auth", "replace_one"),
    **dict.fromkeys(("edits", "edits_as_seen", "retitles"), ("tickets", "update_one")),
    "orders": ("orders", "insert_one"),
    "cancels": ("orders", "update_one"),
    "pays": ("payments", "update_one"),
}
UNHEARD: Final = (
    *(("tickets", "order.created"), ("payments", "order.created"), ("orders", "ticket.created")),
    *(("tickets", "order.*"), ("payments", "order.*"), ("orders", "ticket.updated")),
)


def nap(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw a host that sleeps right after having noted what it is about to do."""
    host = chance.choice(busy)
    after, for_s = chance.choice(NOTES[host.partition("-")[0]]), chance.choice(NAP_S)
    if chance.random() < 0.5:
        return faults.pauses(host, for_s, after=after, nth=chance.choice(NAPS))
    return faults.pauses(host, for_s, after=after, share=chance.choice((0.1, 0.3)))


def oversleeping(*hosts: str) -> Callable[[Random, Sequence[str]], Fault]:
    """Return what draws one of these hosts, asleep until it is too late for what it notes first."""

    def drawn(chance: Random, busy: Sequence[str]) -> Fault:
        host, for_s = chance.choice(hosts), chance.choice((12.0, 12.0, 45.0))
        nth = chance.choice(([1], [2], [2, 4], [3, 5]))
        return faults.pauses(host, for_s, after=NOTES[host][0], by=host, nth=nth)

    return drawn


def overtaken(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw writes that arrive when others have been made instead, and upon them."""
    hosts = [host for host in busy if host.partition("-")[0] in UPON_WHAT_WAS_READ]
    host, by_s = chance.choice(hosts), chance.choice((1.0, 5.0, 40.0))
    of = UPON_WHAT_WAS_READ[host.partition("-")[0]]
    return faults.late_effects(by_s, of=of, by=host, share=chance.choice((0.2, 0.4)))


def often(chance: Random) -> dict[str, Any]:
    """Draw when that strikes of which there is little: a card is charged once or twice in a run."""
    if chance.random() < 0.4:
        return {"nth": [chance.choice((1, 1, 2))]}
    return {"share": chance.choice((0.3, 0.6, 1.0))}


def mail_later(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw a mail server that takes a letter later, for whom it is for or for its size."""
    says = chance.choice(
        ("450 4.2.0 Greylisted", "452 4.3.1 Insufficient storage", "421 4.3.2 Bye")
    )
    return faults.refusals(says, name="mail-greylisting", at="mail", **often(chance))


def mail_never(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw a mail server that takes a letter at no time, for whom it is for or for what it says."""
    says = chance.choice(("550 5.1.1 No such user", "554 5.6.0 No such letters"))
    return faults.refusals(says, name="mail-refusals", at="mail", **often(chance))


def denied(chance: Random, verbs: Collection[str]) -> Fault:
    """Draw a store that refuses, or loses, what one of these deeds has written there."""
    service, of = WRITTEN[chance.choice([it for it in WRITTEN if it in verbs])]
    when = {"share": 0.4} if chance.random() < 0.5 else {"nth": [chance.choice((1, 2, 3))]}
    if chance.random() < 0.3:
        return faults.lost_requests(of=f"mongo.{of}", by=service, **when)
    # What does not pass says something of what is written.
    says = chance.choice(("10107", "91", "18", *(() if of == "find_one" else (INVALID,) * 2)))
    return faults.refusals(says, name="denied", of=of, at=f"{service}-db", **when)


def unanswered(chance: Random) -> Fault:
    """Draw a service that is often not told whether a write of its was made."""
    service = chance.choice(("tickets", "tickets", "orders", "payments"))
    of, share = chance.choice(("mongo.update_one", "mongo.*_one")), chance.choice((0.2, 0.5))
    return faults.lost_responses(of=of, by=service, share=share)


def unheard(chance: Random) -> Fault:
    """Draw what a service hears of minutes after all that was said upon it."""
    at, of = chance.choice(UNHEARD)
    return faults.gaps(by_s=UNHEARD_S, of=of, at=at, nth=[chance.choice((1, 1, 2, 3))])


def invalidated(chance: Random) -> list[Fault]:
    """Draw what a service hears of and cannot store, until somebody mends that.

    Now and then such a message is applied all the same before its letter is taken again, since the
    stream has it twice, or does not learn that it was put aside.
    """
    service, of, subject = chance.choice(INVALIDATED)
    at = f"{service}-db"
    found = [faults.refusals(INVALID, name="validator", of=of, at=at, until_s=INVALID_S)]
    also = chance.random()
    if also < 0.3:
        found.append(faults.stored_twice(COPIED_S, of=subject, share=1.0))
    elif also < 0.6:
        late = {"from_s": PARKED_S, "until_s": INVALID_S}
        found.append(faults.lost_requests(of="ack", at="nats", by=service, share=0.5, **late))
    return found


# For a minute: whoever finds Redis empty fills it from the stream again, and for as long as that is
# lost once more, does nothing else.
forgets: Final = partial(faults.lost_writes, until_s=60.0)


def lost_alarm(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw a Redis that says that it has an alarm, and has it no more."""
    loses_s, share = chance.choice((0.2, 5.0)), chance.choice((0.3, 0.6, 1.0))
    return forgets(of="zadd", at="redis", loses_s=loses_s, share=share)


def empty_redis(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw a Redis that comes up without anything."""
    nth = [chance.choice((1, 2, 3))]
    return faults.restarts("redis", 0.5, inf, after="redis.zadd", at="redis", nth=nth)


def heard_of_late(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw orders of which expiration hears when they may be over."""
    by_s, nth = chance.choice((5.0, 20.0, 40.0)), [chance.choice((1, 1, 2))]
    return faults.delays(by_s, of="order.created", at="expiration", nth=nth)


def unheard_reservation(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw orders that nobody confirms for as long as they last, and longer."""
    share = chance.choice((0.5, 1.0))
    return faults.gaps(of="ticket.updated", at="orders", by_s=120.0, share=share)


def heard_again(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw orders of whose creation expiration hears again when they may have ended."""
    within_s = chance.choice((20.0, 60.0))
    return faults.duplicates(copies=2, within_s=within_s, of="order.created", at="expiration")


def refilled(chance: Random) -> list[Fault]:
    """Draw a Redis that comes up empty, and an expiration that dies while it fills it again."""
    # That it is filled is written down for the second time: the first was at its very beginning.
    after, nth = chance.choice((*(("redis.set", 2),) * 3, ("redis.zadd", 2)))
    return [
        # Once it has had an alarm: whoever sets the one that is lost with it sets that again.
        faults.restarts("redis", 0.5, inf, after="redis.zadd", at="redis", nth=[2]),
        faults.crashes("expiration", after=after, down_s=2.0, nth=[nth]),
    ]


def refusing(chance: Random) -> tuple[str, Fault]:
    """Draw a service, and a server that refuses for minutes what it needs of it."""
    service = chance.choice((*CALLS, "expiration"))
    if service != "auth" and chance.random() < 0.2:
        nth = [chance.choice((1, 2, 3))]
        return service, faults.restarts("nats", AWAY_S, after="nats.publish", at="nats", nth=nth)
    from_s = chance.choice(REFUSES_FROM_S)
    when: dict[str, Any] = {"share": 1.0, "from_s": from_s, "until_s": REFUSED_S}
    if service != "auth" and chance.random() < 0.5:
        if chance.random() < 0.5:
            return service, faults.no_storage(lasts_s=0.0, by=service, **when)
        when["until_s"] = AWAY_S  # so that it is seen for how long that counts
        return service, faults.no_leader(at="nats", lasts_s=0.0, by=service, **when)
    if service == "expiration":
        make = chance.choice((faults.read_only, faults.no_memory))
        return service, make(at="redis", lasts_s=0.0, **when)
    # All of it, or what is written.
    says, of = chance.choice((("10107", "*"), ("18", "*"), ("14031", "*[!d]_one*")))
    return service, faults.refusals(says, name="refusing", of=of, at=f"{service}-db", **when)


def unconfirmed() -> Fault:
    """Return orders of which none is confirmed before all of them have ended."""
    return faults.gaps(by_s=UNCONFIRMED_S, of="ticket.updated", at="orders", share=1.0)


def away_at_the_end(window_s: float) -> list[Fault]:
    """Return a store that is away while orders become overdue, which nobody else ends."""
    return [
        deaf_expiration(UNHEARD_S),
        away("orders", window_s, window_s + OVERDUE_S, "find"),
    ]


def deaf_expiration(by_s: float = 120.0) -> Fault:
    """Return an expiration that hears of no order before all of them have ended without it."""
    return faults.gaps(by_s=by_s, of="order.*", at="expiration", share=1.0)


def dead_ringer(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw an expiration that dies right after it has written something into Redis."""
    # By whichever command; the first that is set is that Redis is known to be whole.
    after, nth = chance.choice((("redis.set*", 1), ("redis.set*", 1), ("redis.zadd", 0)))
    nth += chance.choice((1, 2, 3))
    return faults.crashes("expiration", after=after, down_s=2.0, nth=[nth])


def slow_ringer(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw alarms that are a while on their way to the broker, in which others look for them."""
    share = chance.choice((0.5, 1.0))
    return faults.slow_calls(4.0, of="publish", by="expiration", share=share)


def unheard_alarm(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw an alarm that the broker does not hear, or of which it says nothing."""
    make = chance.choice((faults.lost_requests, faults.lost_requests, faults.lost_responses))
    return make(of="nats.publish", by="expiration", nth=[chance.choice((1, 1, 2))])


def away(service: str, from_s: float, until_s: float, of: str = "*") -> Fault:
    """Return a service's store that is away from one moment to another, for some calls or all."""
    when: dict[str, Any] = {"from_s": from_s, "until_s": until_s, "share": 1.0}
    return faults.refusals("10107", name="away", of=of, at=f"{service}-db", **when)


def hesitant(chance: Random) -> Fault:
    """Draw orders that are stored a while after they were drawn: others come and go meanwhile."""
    share = chance.choice((0.3, 0.5))
    return faults.slow_calls(chance.choice((0.1, 0.5)), of="insert_one", by="orders", share=share)


def unprepared(chance: Random, busy: Sequence[str]) -> Fault:
    """Draw a store that does not make an index at first, as while another is being made."""
    at, lasts_s = chance.choice(("orders-db", "orders-db", *STORES)), chance.choice((0.0, 3.0))
    first = [chance.choice((1, 1, 2, 3))]
    return faults.refusals(NO_INDEX, lasts_s, name="no-index", of="create_index", at=at, nth=first)


SLEEPERS: Final = {"naps": nap, "overtaken": overtaken}
# Where people wait for an order to end, what alarms are lost by, and by what the second line.
AT_ALARMS: Final = {
    "lost-alarms": lost_alarm,
    "empty-redis": empty_redis,
    "heard-of-late": heard_of_late,
    "heard-again": heard_again,
}
BESIDE_ALARMS: Final = (
    (heard_of_late, 0.3),
    (unheard_reservation, 0.3),
    (dead_ringer, 0.2),
    (slow_ringer, 0.1),
    (unheard_alarm, 0.1),
)
