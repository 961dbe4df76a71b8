"""Who falls asleep between the note that something is about to be done, and doing it."""

from collections.abc import Callable, Sequence
from typing import Final

from boxoffice import faults
from boxoffice.clock import Random
from boxoffice.faults import Fault

# By which call each notes it: that a card is charged, a letter posted, an alarm rung.
NOTES: Final = {
    "payments": "mongo.update_one",
    "auth": "mongo.replace_one",
    "expiration": "redis.set",
}


def oversleeping(*hosts: str) -> Callable[[Random, Sequence[str]], Fault]:
    """Return what draws one of these hosts, asleep until it is too late for what it has noted."""

    def drawn(chance: Random, busy: Sequence[str]) -> Fault:
        host, for_s = chance.choice(hosts), chance.choice((12.0, 12.0, 45.0))
        nth = chance.choice(([1], [2], [2, 4], [3, 5]))
        return faults.pauses(host, for_s, after=NOTES[host], by=host, nth=nth)

    return drawn
