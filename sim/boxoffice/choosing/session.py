"""A session: the places where its reader was, and what was asked of the one at hand."""

from collections.abc import Sequence
from functools import cached_property

from boxoffice.choosing.calls import call_options
from boxoffice.choosing.future import Futures
from boxoffice.choosing.hosts import host_options
from boxoffice.choosing.likely import When
from boxoffice.choosing.messages import message_options
from boxoffice.choosing.option import ABOUT_TO, ARRIVED, HOSTS, UNDER_WAY, Option
from boxoffice.choosing.place import Pick, Place
from boxoffice.misuse import Misuse
from boxoffice.search.case import fallen

_ORDER = (UNDER_WAY, ABOUT_TO, HOSTS, ARRIVED)


class Here:
    """A place, with its options, its futures, and the curve, as far as they were asked for."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.futures: Futures | None = None
        self.when: When | None = None

    @cached_property
    def options(self) -> Sequence[Option]:
        """What can be made to happen next; nothing at the end, and once all is healed."""
        place = self.place
        if place.is_over or place.is_healed:
            return []
        run, cursor = place.run, place.cursor
        found = [
            *message_options(run, cursor),
            *call_options(run, cursor, place.next),
            *host_options(run, cursor),
        ]
        return sorted(found, key=lambda it: _ORDER.index(it.group))


class Session:
    """The way of one reader; each step of it can be taken back."""

    def __init__(self, place: Place) -> None:
        self._way = [Here(place)]

    @property
    def here(self) -> Here:
        """Where the reader is."""
        return self._way[-1]

    @property
    def place(self) -> Place:
        """The place where the reader is."""
        return self.here.place

    @property
    def options(self) -> Sequence[Option]:
        """What can be made to happen next."""
        return self.here.options

    @property
    def can_undo(self) -> bool:
        """Whether there is something to take back."""
        return len(self._way) > 1

    def let_pass(self, until: str) -> None:
        """Let time pass.  Raises: Misuse."""
        if self.place.is_over:
            raise Misuse("this is the end: nothing happens any more")
        self._go(self.place.passing(until))

    def pick(self, pick: Pick) -> None:
        """Make something happen.  Raises: Misuse, where it cannot, or is to happen already."""
        if any((it.says, it.event) == (pick.says, pick.event) for it in self.place.picks):
            raise Misuse(f"that is picked already: {pick.says}")
        self._go(self.place.with_pick(pick))

    def go_back(self, number: int) -> None:
        """Go back to an event.  Raises: Misuse, if it has not happened."""
        self._go(self.place.back_at(number))

    def drop(self, nth: int) -> None:
        """Take back a pick, and those after it.  Raises: Misuse, if there is no such one."""
        picks = self.place.picks
        if nth >= len(picks):
            raise Misuse(f"there are {len(picks)} picks, and no number {nth}")
        self._go(self.place.without(nth))

    def undo(self) -> None:
        """Take back what was done last.  Raises: Misuse, where nothing was."""
        if not self.can_undo:
            raise Misuse("there is nothing to undo")
        self._way.pop()

    def search(self, count: int) -> None:
        """Play some futures.  Raises: Misuse, where there are none."""
        here = self.here
        if here.place.is_over:
            raise Misuse("this is the end: there are no futures")
        here.futures = here.futures or Futures(here.place)
        here.futures.more(count)

    def take(self) -> None:
        """Go to the end of the future that was found.  Raises: Misuse, if none was."""
        if self.here.futures is None or self.here.futures.found is None:
            raise Misuse("no future that falls was found here")
        self._go(self.here.futures.found)

    def ask_when(self) -> None:
        """Look at some moments.  Raises: Misuse, if nothing falls, or nobody knows of it yet."""
        here = self.here
        if not here.place.is_over:
            raise Misuse("let time pass to the end first: nothing has fallen yet")
        if not fallen(here.place.run.outcome):
            raise Misuse("nothing falls in this run, so nothing has made it likely")
        here.when = here.when or When(here.place)
        here.when.more()

    def _go(self, place: Place) -> None:
        self._way.append(Here(place))
