"""Which events of a run a static picture shows: all of a short one, of a long one what matters.

What is done again and again is shown twice and once more.  What matters is what proves the first
violations, what that goes back to, and what lies next to it; in a run that holds, its beginning.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from boxoffice.views import FOLDED, PROOF, QUIET

MOST: Final = 64  # events that a picture of one page can bear
PROVEN: Final = 2  # violations whose proofs are shown; the explorer has them all
_CARRIED: Final = ("apply", "duplicate", "gap")
_SIGNING: Final = re.compile(r"/api/users/")


@dataclass(frozen=True, slots=True)
class Event:
    """An event as the explorer has it; `lane` counts from the left."""

    n: int
    us: int
    lane: int
    cause: int
    flags: int
    fields: Mapping[str, Any]
    shape: str
    label: str
    badge: str
    says: str

    @property
    def proof(self) -> bool:
        """Whether it proves a violation."""
        return bool(self.flags & PROOF)

    @property
    def quiet(self) -> bool:
        """Whether another event says the same."""
        return bool(self.flags & QUIET)


@dataclass(frozen=True, slots=True)
class Selection:
    """The events to draw, and before each how many others happened that are not drawn.

    `missing` has one number more than there are events: the last is of what comes after them.
    `note` says what else is left out.
    """

    events: Sequence[Event]
    missing: Sequence[int]
    note: str = ""


def events_of(run: Mapping[str, Any]) -> list[Event]:
    """Return the events of `model.run_of`, a row each."""
    columns, words = run["events"], run["words"]
    plain = (columns[name] for name in ("us", "lane", "cause", "flags", "fields"))
    told = ([words[at] for at in columns[name]] for name in ("shape", "label", "badge", "says"))
    return [Event(n, *row) for n, row in enumerate(zip(*plain, *told, strict=True))]


def select(run: Mapping[str, Any], most: int = MOST, around: Collection[int] = ()) -> Selection:
    """Choose what to draw of `model.run_of`; what lies `around` some events matters as well."""
    events = events_of(run)
    telling, note = list(_telling(events)), ""
    focus = _focus(run, events, around)
    again = {one.n for one in telling if one.flags & FOLDED} - focus
    kept = [one for one in telling if one.n not in again]
    if len(kept) > most:
        signing = _signing(events) - focus
        note = "signing up is not drawn" if signing else ""
        telling = [one for one in telling if one.n not in signing]
        kept = [one for one in kept if one.n not in signing]
    if len(kept) > most:
        chosen = _nearest(kept, focus, most)
        kept = [one for one in kept if one.n in chosen]
    return Selection(kept, _missing(telling, kept), note)


def _telling(events: Sequence[Event]) -> Iterator[Event]:
    """Yield what is not quiet.  A write of which the mark of its message speaks is one of these."""
    taken = {one.cause for one in events if one.shape in _CARRIED}
    for one in events:
        spoken_for = one.shape == "commit" and one.cause in taken
        if one.proof or not (one.quiet or spoken_for):
            yield one


def _focus(run: Mapping[str, Any], events: Sequence[Event], around: Collection[int]) -> set[int]:
    """Return what proves the first violations, and all that it goes back to."""
    found = [it for judged in run["judgements"] for it in judged["violations"]]
    telling = [it for it in found if it["events"]][:PROVEN]
    proofs = [*around, *(n for it in telling for n in it["events"])]
    past: set[int] = set()
    for n in proofs:
        at = n
        while at >= 0 and at not in past:
            past.add(at)
            at = events[at].cause
    decided = {one.n for one in events if one.shape in _CARRIED and one.cause in past}
    return past | decided


def _signing(events: Sequence[Event]) -> set[int]:
    asked = {one.n for one in events if _SIGNING.match(str(one.fields.get("path", "")))}
    return asked | {one.n for one in events if one.cause in asked}


def _nearest(shown: Sequence[Event], focus: Collection[int], most: int) -> set[int]:
    places = [at for at, one in enumerate(shown) if one.n in focus] or [0]

    def rank(at: int) -> tuple[bool, int, int]:
        return shown[at].n not in focus, min(abs(at - place) for place in places), at

    return {shown[at].n for at in sorted(range(len(shown)), key=rank)[:most]}


def _missing(shown: Sequence[Event], kept: Sequence[Event]) -> list[int]:
    counts = [0]
    drawn = {one.n for one in kept}
    for one in shown:
        if one.n in drawn:
            counts.append(0)
        else:
            counts[-1] += 1
    return counts
