"""Making a failing run small: fewer deeds, fewer strikes, links without whims.

Each is a tape of its own, from which things are left out as long as the same invariant falls.  What
is left out changes when all that comes later happens; so where a smaller run holds, its chance is
drawn anew a few times before that is believed.
Source of the procedure: Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input,
IEEE Transactions on Software Engineering 28 (2002).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Final, TypeVar

from boxoffice.clock.stopwatch import Stopwatch
from boxoffice.misuse import Misuse
from boxoffice.search.case import Case, fallen
from boxoffice.trace.outcome import Outcome
from boxoffice.world.storm import Deed
from boxoffice.world.tape import Tape

T = TypeVar("T")

FEW: Final = 8  # deeds of which any two are left out together
SALTS: Final = 3  # how often chance is drawn before a smaller run is said to hold


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The smallest run that was found.

    `is_minimal` tells whether each deed and each strike was left out alone, and the invariant held.
    One that `is_kept` was made small before, and is played again.
    """

    case: Case
    outcome: Outcome
    invariant: str
    runs: int
    seconds: float
    is_minimal: bool
    is_kept: bool = False

    @property
    def kept(self) -> Sequence[Deed]:
        """The deeds that are left; none in a story that draws none."""
        drawn = self.case.scenario.drawn(self.case.seed, self.case.size).deeds
        return self.case.tape.kept(drawn)

    @property
    def deeds(self) -> int:
        """How many deeds are left."""
        return len(self.case.tape.deeds or ())

    @property
    def strikes(self) -> int:
        """How many strikes of faults are left."""
        return sum(map(len, self.outcome.strikes.values()))


def shrink(
    case: Case,
    outcome: Outcome,
    within_s: float = 60.0,
    tell: Callable[[int, int, int], object] = lambda runs, deeds, strikes: None,
) -> Shrunk:
    """Return the smallest run in which falls what fell first in the outcome of `case`.

    `within_s` bounds the seconds that it takes, and `tell` is told how many runs were played, and
    how many deeds and strikes are left.
    """
    return _Shrinking(case, outcome, within_s, tell).done()


def shrunk_again(
    case: Case,
    within_s: float,
    tell: Callable[[int, int, int], object] = lambda runs, deeds, strikes: None,
) -> Shrunk | None:
    """Play a case that fell, and return the smallest run; None where there is nothing to go by.

    That is so if nothing falls, or if the run ends with an error of its own, which leaves no trace.
    Raises: Misuse.
    """
    try:
        outcome = case.play()
    except Misuse:
        raise
    except Exception:
        return None
    return shrink(case, outcome, within_s, tell) if fallen(outcome) else None


class _Shrinking:
    def __init__(
        self, case: Case, outcome: Outcome, within_s: float, tell: Callable[[int, int, int], object]
    ) -> None:
        self._watch = Stopwatch()
        self._within_s = within_s
        self._tell = tell
        self._runs = 0
        self._invariant = fallen(outcome)[0]
        deeds = case.scenario.drawn(case.seed, case.size).deeds
        kept = frozenset(range(len(deeds))) if case.tape.deeds is None else case.tape.deeds
        self._case = case.with_tape(replace(case.tape, deeds=kept if deeds else None))
        self._outcome = outcome
        self._keep_strikes()

    def done(self) -> Shrunk:
        is_minimal = False
        while not is_minimal and not self._is_over():
            before = self._case.tape
            if before.steady is not True or before.strikes:
                self._leave_out_whims()  # again: fewer deeds may do without what more needed
            self._leave_out(self._faults, self._with_faults)
            self._leave_out(self._strikes, self._with_strikes)
            self._leave_out(self._deeds, self._with_deeds)
            self._leave_out_two(self._deeds, self._with_deeds)
            is_minimal = before == self._case.tape and not self._is_over()
        took_s = self._watch.elapsed_s()
        return Shrunk(self._case, self._outcome, self._invariant, self._runs, took_s, is_minimal)

    # --- what can be left out -----------------------------------------------------------------

    def _leave_out_whims(self) -> None:
        tape = self._case.tape
        if tape.schedule is not None:
            self._falls(replace(tape, schedule=None))
            tape = self._case.tape
        for haste, steady in ((True, True), (False, True), (True, False), (False, False)):
            for smaller in self._anew(replace(tape, steady=steady, haste=haste, strikes={})):
                if self._falls(smaller):
                    return
        self._falls(replace(tape, steady=True))
        self._falls(replace(self._case.tape, haste=True))

    def _faults(self) -> list[int]:
        return sorted(self._case.tape.strikes or {})

    def _with_faults(self, kept: Sequence[int]) -> Tape:
        strikes = self._case.tape.strikes or {}
        return replace(self._case.tape, strikes={fault: strikes[fault] for fault in kept})

    def _strikes(self) -> list[tuple[int, int]]:
        strikes = self._case.tape.strikes or {}
        return [(fault, nth) for fault in sorted(strikes) for nth in sorted(strikes[fault])]

    def _with_strikes(self, kept: Sequence[tuple[int, int]]) -> Tape:
        strikes = {fault: frozenset(nth for of, nth in kept if of == fault) for fault, _ in kept}
        return replace(self._case.tape, strikes=strikes)

    def _deeds(self) -> list[int]:
        return sorted(self._case.tape.deeds or ())

    def _with_deeds(self, kept: Sequence[int]) -> Tape:
        return replace(self._case.tape, deeds=frozenset(kept))

    def _keep_strikes(self) -> None:
        # A strike that has no occasion any more is none that is kept.
        tape = replace(self._case.tape, strikes=dict(self._outcome.strikes))
        self._case = self._case.with_tape(tape)

    # --- leaving out --------------------------------------------------------------------------

    def _leave_out(self, items: Callable[[], list[T]], with_: Callable[[list[T]], Tape]) -> None:
        size = len(items())
        while size >= 1 and not self._is_over():
            smaller = self._without_a_part(items, with_, size)
            if not smaller and size == 1:
                return
            size = min(size if smaller else size // 2, max(1, len(items())))
            if not items():
                return

    def _without_a_part(
        self, items: Callable[[], list[T]], with_: Callable[[list[T]], Tape], size: int
    ) -> bool:
        found = items()
        for begin in range(0, len(found), size):
            rest = found[:begin] + found[begin + size :]
            if self._is_over():
                return False
            if any(self._falls(tape) for tape in self._anew(with_(rest))):
                return True
        return False

    def _leave_out_two(
        self, items: Callable[[], list[T]], with_: Callable[[list[T]], Tape]
    ) -> None:
        # One deed keeps another in its place: who does less is earlier, and meets nobody.
        found = items()
        if len(found) > FEW:
            return
        for two in combinations(found, 2):
            rest = [it for it in found if it not in two]
            if not self._is_over() and self._falls(with_(rest)):
                return self._leave_out_two(items, with_)

    def _anew(self, tape: Tape) -> Iterator[Tape]:
        yield tape
        for salt in range(1, SALTS):
            if tape.forks != (fork := ((0.0, salt),)):
                yield replace(tape, forks=fork)

    def _falls(self, tape: Tape) -> bool:
        case = self._case.with_tape(tape)
        self._runs += 1
        try:
            outcome = case.play()
        except Exception:  # another mistake than the one that is looked at
            return False
        if self._invariant not in fallen(outcome):
            return False
        self._case, self._outcome = case, outcome
        self._keep_strikes()
        self._tell(self._runs, len(self._deeds()), len(self._strikes()))
        return True

    def _is_over(self) -> bool:
        return self._watch.elapsed_s() > self._within_s
