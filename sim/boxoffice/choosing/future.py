"""Whether it can still go wrong: futures from an event on, in which a little is made to happen.

First each message that is still to come is late, each in a future of its own, in an order drawn
from the seed; then other mishaps, and two together.  In every fourth one only chance is drawn anew.
The first one that falls is made small.  A story whose people give up, since whoever they ask has
died, say, proves nothing: an invariant has to fall.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Final

from boxoffice.choosing.addressed import may_begin
from boxoffice.choosing.hosts import dying
from boxoffice.choosing.messages import Message, late, messages_of, twice
from boxoffice.choosing.place import Pick, Place, place_of
from boxoffice.clock.randomness import Random
from boxoffice.misuse import Misuse
from boxoffice.search.case import fallen
from boxoffice.search.likelihood import JUST_AFTER_S
from boxoffice.trace.verdict import STORY

MOST: Final = 64  # futures
CHANCE_ALONE: Final = 4  # of so many one
LATER_S: Final = 1.0
DOWN_S: Final = 2.0
_WORTH_DYING: Final = ("write", "stored", "delivered", "decided")
Mishap = Callable[[], Pick]


@dataclass
class Futures:
    """The futures of a place that were played so far, and the first one that fell.

    `given_up` are those in which nothing fell but the story itself.
    """

    place: Place
    played: int = 0
    given_up: int = 0
    found: Place | None = None

    @property
    def is_over(self) -> bool:
        """Whether it is found, or enough were played."""
        return self.found is not None or self.played >= MOST

    def more(self, count: int) -> None:
        """Play so many more."""
        for _ in range(count):
            if self.is_over:
                return
            there = _end(self.place, self.picks(self.played))
            self.played += 1
            if there is not None and _fell(there):
                self.found = _small(there, len(self.place.picks))
            elif there is not None and fallen(there.run.outcome):
                self.given_up += 1

    def picks(self, nth: int) -> Sequence[Pick]:
        """Return the picks of one future."""
        single, pairs = self._mishaps
        turn, is_chance = nth - nth // CHANCE_ALONE - 1, nth % CHANCE_ALONE == 0
        if is_chance or not single:
            return [_fork(self.place, nth + 1)]
        if turn < len(single):
            return [single[turn]()]
        drawn = Random(f"{pairs} {nth}").sample(single, min(2, len(single)))
        return sorted((it() for it in drawn), key=lambda it: it.event)

    @cached_property
    def _mishaps(self) -> tuple[Sequence[Mishap], str]:
        """All that one future each is made of, and what two together are drawn from."""
        place, run = self.place, self.place.run
        chance = f"{place.base.seed} {place.cursor} {len(place.picks)}"
        random, coming = Random(chance), [it for it in messages_of(run) if _is_to_come(it, place)]
        lates = [partial(_late, place, it) for it in coming]
        others = [partial(_twice, place, it) for it in coming]
        others += [partial(_dies, place, at, random.choice(run.occasions.services))
                   for at in _deadly(place)]  # fmt: skip
        random.shuffle(lates)
        random.shuffle(others)
        return [*lates, *others], chance


def _late(place: Place, message: Message) -> Pick:
    says = f"{message.says} reaches {message.sent.consumer} {LATER_S:g} s later"
    return Pick(says, _when(message, place), [late(place.run, message, LATER_S)])


def _twice(place: Place, message: Message) -> Pick:
    says = f"{message.says} reaches {message.sent.consumer} twice, again after 1 s"
    return Pick(says, _when(message, place), [twice(place.run, message, LATER_S)])


def _dies(place: Place, number: int, host: str) -> Pick:
    says = f"{host} dies, and is back after {DOWN_S:g} s"
    return Pick(says, number, [dying(place.run, number, host, DOWN_S)])


def _deadly(place: Place) -> list[int]:
    """Return the events to come after which somebody may die."""
    run = place.run
    end = run.last if run.occasions.healed is None else run.occasions.healed
    kinds = [it.kind for it in run.events[:end]]
    return [
        number
        for number in range(place.cursor, len(kinds))
        if kinds[number] in _WORTH_DYING and may_begin(kinds[number])
    ]


def _when(message: Message, place: Place) -> int:
    return max(message.begun, place.cursor)


def _is_to_come(message: Message, place: Place) -> bool:
    return message.begun > place.cursor or message.is_under_way(place.cursor)


def _fork(place: Place, salt: int) -> Pick:
    moment_s = place.run.events[place.cursor].at_us / 1e6 + JUST_AFTER_S
    return Pick("from here on all chance is drawn anew", place.cursor, fork=(moment_s, salt))


def _end(place: Place, picks: Sequence[Pick]) -> Place | None:
    """Return the end of a future; None where it cannot be played, or is none of this place."""
    try:
        there = place_of(place.base, [*place.picks, *picks])
    except Misuse:
        return None
    there = replace(there, cursor=there.run.last)
    return there if there.run.agrees(place.run, place.cursor) else None


def _fell(there: Place) -> list[str]:
    return [it for it in fallen(there.run.outcome) if it != STORY]


def _small(there: Place, kept: int) -> Place:
    """Return a future without those of its picks that it falls without."""
    for fewer in _fewer(there.picks, kept):
        tried = _end(replace(there, picks=fewer, cursor=0), [])
        if tried is not None and _fell(tried)[:1] == _fell(there)[:1]:
            return tried
    return there


def _fewer(picks: Sequence[Pick], kept: int) -> Iterator[Sequence[Pick]]:
    if len(picks) - kept > 1:
        for at in range(kept, len(picks)):
            yield [*picks[:kept], picks[at]]
