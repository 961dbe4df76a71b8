"""Where a reader is in a run: what was picked so far, and up to which event it is told."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from boxoffice.choosing.addressed import may_begin
from boxoffice.choosing.heard import Played, play
from boxoffice.choosing.messages import messages_of
from boxoffice.faults.schedule import Fault
from boxoffice.misuse import Misuse
from boxoffice.search.case import Case
from boxoffice.search.seen import MOST
from boxoffice.views.explorer.model import FOLDED, QUIET

STEP: Final = "step"
MESSAGE: Final = "message"
END: Final = "end"


@dataclass(frozen=True, slots=True)
class Pick:
    """Something that was made to happen after an event: by faults, or by chance drawn anew.

    `fork` is a moment, in virtual seconds, and the salt of what is drawn from then on.
    """

    says: str
    event: int
    faults: Sequence[Fault] = ()
    fork: tuple[float, int] | None = None


@dataclass(frozen=True)
class Place:
    """A case with picks, the run that they make of it, and the event up to which it is told."""

    base: Case
    picks: Sequence[Pick]
    run: Played
    cursor: int
    stops: Sequence[int] = field(repr=False)

    @property
    def case(self) -> Case:
        """The run as a case, with all that was picked."""
        return with_picks(self.base, self.picks)

    @property
    def is_over(self) -> bool:
        """Whether all of the run is told."""
        return self.cursor >= self.run.last

    @property
    def is_healed(self) -> bool:
        """Whether the world is mended by then, and nothing breaks in it any more."""
        healed = self.run.occasions.healed
        return healed is not None and healed <= self.cursor + 1

    @property
    def next(self) -> int:
        """The next event that is worth a stop, or the last one."""
        return next((it for it in self.stops if it > self.cursor), self.run.last)

    @property
    def next_message(self) -> int | None:
        """The next stop at which a message sets out; None, if none does any more."""
        set_out = {it.begun for it in messages_of(self.run)}
        for number in self.stops:
            is_sent = number in set_out or self.run.events[number].kind == "stored"
            if number > self.cursor and is_sent:
                return number
        return None

    def passing(self, until: str) -> "Place":
        """Return the place after some time has passed.  Raises: Misuse."""
        if until == END:
            return replace(self, cursor=self.run.last)
        if until == STEP:
            return replace(self, cursor=self.next)
        if until == MESSAGE:
            message = self.next_message
            return replace(self, cursor=self.run.last if message is None else message)
        raise Misuse(f"time passes until {STEP}, {MESSAGE} or {END}, and not until {until!r}")

    def back_at(self, number: int) -> "Place":
        """Return the place at an earlier event, without what was picked after it.

        Raises: Misuse.
        """
        if not 0 <= number <= self.cursor:
            raise Misuse(f"event {number} is not one of those that have happened")
        kept = [it for it in self.picks if it.event <= number]
        if len(kept) == len(self.picks):
            return replace(self, cursor=number)
        return place_of(self.base, kept, number)

    def without(self, nth: int) -> "Place":
        """Return the place where a pick was made, without it and those after it."""
        cursor, kept = self.picks[nth].event, self.picks[:nth]
        return place_of(self.base, kept, min(cursor, self.cursor))

    def with_pick(self, pick: Pick) -> "Place":
        """Return the place with one more pick, and another run after it.

        Raises: Misuse, where that would change what has happened already, or strikes nothing.
        """
        there = place_of(self.base, [*self.picks, pick], self.cursor)
        if not there.run.agrees(self.run, self.cursor):
            raise Misuse(
                "that would change what has happened already: go back, and pick it earlier"
            )
        struck, first = there.run.outcome.strikes, _number_of_first(self.base)
        before = sum(len(it.faults) for it in self.picks)
        if not all(struck.get(first + before + at) for at in range(len(pick.faults))):
            raise Misuse("there is nothing that this could befall any more")
        return there


def place_of(base: Case, picks: Sequence[Pick], cursor: int | None = None) -> Place:
    """Play a case with picks, and return the place at an event: without one, at the first stop.

    Raises: Misuse, if it is too long, and as `play`.
    """
    run = play(with_picks(base, picks))
    if run.last >= MOST:
        said = f"{run.last + 1:,} events are too many to choose among, {MOST:,} at most"
        raise Misuse(f"{said}: a story with a crowd can be smaller")
    stops = stops_of(run)
    first = next(iter(stops), run.last)
    return Place(base, picks, run, first if cursor is None else min(cursor, run.last), stops)


def with_picks(base: Case, picks: Sequence[Pick]) -> Case:
    """Return a case in which also happens what was picked."""
    faults = [fault for pick in picks for fault in pick.faults]
    tape, first = base.tape, _number_of_first(base)
    forks = [*tape.forks, *(pick.fork for pick in picks if pick.fork is not None)]
    strikes = tape.strikes
    if strikes is not None:  # what is not named there takes none
        taken = {first + at: frozenset(it.when.nth) for at, it in enumerate(faults)}
        strikes = {**strikes, **taken}
    tape = replace(tape, forks=forks, strikes=strikes)
    return replace(base, faults=(*base.faults, *faults), tape=tape)


def _number_of_first(base: Case) -> int:
    """Return the number that the first fault which is picked has in the run."""
    drawn = base.scenario.drawn(base.seed, base.size).faults
    return len(base.scenario.faults) + len(drawn) + len(base.faults)


def stops_of(run: Played) -> list[int]:
    """Return the events worth a stop: those that a reader sees, and after which can be picked."""
    data, events = run.drawn(-1), run.events  # nobody knows yet what will prove anything
    seen = zip(data["numbers"], data["events"]["flags"], strict=True)
    shown = [
        number for number, flags in seen if number is not None and not flags & (QUIET | FOLDED)
    ]
    return [number for number in shown if may_begin(events[number].kind)]
