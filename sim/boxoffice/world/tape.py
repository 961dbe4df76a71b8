"""What is left of a run that is made smaller, or goes another way from some moment on.

A run is its seed's.  A tape says what of it is kept: of its deeds, of the strikes of its faults, of
the whims of its links; from which moments on all chance is drawn anew; and who goes first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, Protocol

from boxoffice.clock.randomness import Course
from boxoffice.faults.schedule import Fault
from boxoffice.misuse import Misuse
from boxoffice.trace.outcome import Mark
from boxoffice.world.storm import Deed

if TYPE_CHECKING:
    from boxoffice.world.world import World

WHOLE_FAULT: Final = 0  # the number of the strike of a fault that counts no occasions


class Schedule(Protocol):
    """Says, in place of chance, which message is how fast; as text it is what a token carries."""

    def begin(self, world: "World") -> Course:
        """Have a world that has not started be scheduled so."""


@dataclass(frozen=True, slots=True)
class Tape:
    """What is kept of a run: all, where nothing is said.

    `deeds` are numbers of what the storm has drawn, from 0 on; `strikes` are, for each fault by its
    number, those of its occasions that it takes; one that is not named there takes none.  A fault
    in `alike` goes by what its occasions are like instead, which is in no token.  Links of which
    `steady` is true have one latency, all or those named `from->to`.  In haste nobody waits between
    two deeds.  `forks` are moments, in virtual seconds, each with the salt by which chance is drawn
    anew from then on.  A `schedule` decides over all links.
    """

    deeds: frozenset[int] | None = None
    strikes: Mapping[int, frozenset[int]] | None = None
    alike: Mapping[int, frozenset[Mark]] = field(default_factory=dict)
    steady: frozenset[str] | bool = False
    haste: bool = False
    forks: Sequence[tuple[float, int]] = field(default=())
    schedule: Schedule | None = None

    def kept(self, deeds: Sequence[Deed]) -> list[Deed]:
        """Return those of the deeds that are done.  Raises: Misuse, if there are not so many.

        Whoever leaves something out waits as long as before, so that the rest is done about when
        it was.
        """
        if self.haste:
            deeds = [replace(deed, after_s=0.0) for deed in deeds]
        if self.deeds is None:
            return list(deeds)
        if self.deeds and max(self.deeds) >= len(deeds):
            raise Misuse(f"there are {len(deeds)} deeds, and number {max(self.deeds)} is kept")
        found, waits_s = list[Deed](), dict[str, float]()
        for number, deed in enumerate(deeds):
            waits_s[deed.who] = waits_s.get(deed.who, 0.0) + deed.after_s
            if number in self.deeds:
                found.append(replace(deed, after_s=waits_s.pop(deed.who)))
        return found

    def tell(self, faults: Sequence[Fault]) -> None:
        """Tell each fault which of its occasions it takes."""
        strikes = self.strikes
        for number, fault in enumerate(faults):
            fault.kept = None if strikes is None else strikes.get(number, frozenset())
            fault.alike = self.alike.get(number)

    def begin(self, world: "World") -> None:
        """Have a world that has not started go the way of the tape."""
        world.randomness.steady = self.steady
        for moment_s, salt in self.forks:
            world.loop.call_at(moment_s, world.randomness.fork, salt)
        if self.schedule is not None:
            world.randomness.course = self.schedule.begin(world)


WHOLE: Final = Tape()


def strikes_of(faults: Sequence[Fault]) -> dict[int, frozenset[int]]:
    """Return what the faults of a run have struck, as a tape has it."""
    found = {}
    for number, fault in enumerate(faults):
        if fault.struck or fault.injected:
            found[number] = frozenset(fault.struck or [WHOLE_FAULT])
    return found


def marks_of(faults: Sequence[Fault]) -> dict[int, dict[int, Mark]]:
    """Return what the strikes of the faults of a run were like, each by its number."""
    return {
        number: dict(zip(fault.struck, fault.marks, strict=True))
        for number, fault in enumerate(faults)
        if fault.struck
    }
