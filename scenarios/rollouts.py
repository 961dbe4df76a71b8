"""Whoever deploys ends services in good order, often with work in hand that takes long."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from boxoffice import faults
from boxoffice.clock import Random
from boxoffice.faults import Fault

LOOK: Final = "mongo.find_one"
EFFECTS: Final = ("mongo.update_one",) * 3  # of messages, mostly
ASKED: Final = ("mongo.insert_one",) * 2  # for people, whom it answers when its loops might end
# What a service is in the middle of when it is told to end, and nothing of what it does at first,
# while it comes up: who is not there yet is not told.
IN_HAND: Final[Mapping[str, Sequence[str]]] = {
    "auth": ("mail.*", "mail.*", "mail.*", "mongo.*_one"),
    "tickets": (*EFFECTS, *ASKED, "mongo.*_one", "nats.publish", "nats.ack"),
    "orders": (*EFFECTS, *ASKED, "mongo.*_one", "nats.publish", "nats.ack"),
    "payments": (
        *("stripe.charge",) * 4,
        *("stripe.*", "mongo.*_one", LOOK, LOOK, "nats.publish", "nats.ack"),
    ),
    "expiration": ("redis.z*", "redis.z*", "nats.publish", "nats.ack"),
}
# Such calls in many runs; of all others, more.
MOST: Final = {"mail": 2, "stripe": 2, "nats": 6, "mongo.insert_one": 4}
OFTEN: Final = 9
AT_ONCE: Final = 4  # or one after another
NOTICE_S: Final = (0.1, 0.1, 2.0, 5.0)
# At most: longer than the notice, but not than what is left then, or than all of that.
LASTS_S: Final = (0.5, 3.0, 3.0, 5.0, 8.0, 20.0)


def deployment(chance: Random, busy: Sequence[str]) -> list[Fault]:
    """Draw a service that is told to end, early enough for most storms to come to it.

    Mostly it is one of those that people give something to do.
    """
    service = chance.choice([*IN_HAND, *busy, *busy])
    of = chance.choice(IN_HAND[service])
    nth = chance.randint(1, MOST.get(of, MOST.get(of.partition(".")[0], OFTEN)))
    is_before = chance.random() < 0.75
    when: dict[str, Any] = {"before" if is_before else "after": of, "by": service, "nth": [nth]}
    make = chance.choice((faults.departures, faults.rolling_restarts))
    found = [make(service, notice_s=chance.choice(NOTICE_S), **when)]
    if chance.random() < 0.75:
        first = nth if is_before else nth + 1
        # Who asks is told what is known by then, by another look.
        slow = [*range(first, first + (1 if of == LOOK else AT_ONCE))]
        found.append(faults.slow_calls(chance.choice(LASTS_S), of=of, by=service, nth=slow))
    return found
