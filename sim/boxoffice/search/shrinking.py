"""Making a failing run small: fewer deeds, fewer strikes, links without whims.

Each is a tape of its own, from which things are left out as long as the same invariant falls.  What
is left out changes when all that comes later happens; so where a smaller run holds, its chance is
drawn anew a few times before that is believed.
Source of the procedure: Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input,
IEEE Transactions on Software Engineering 28 (2002).
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from typing import Final, TypeVar

from boxoffice.clock.stopwatch import Stopwatch
from boxoffice.misuse import Misuse
from boxoffice.search.case import Case, fallen
from boxoffice.search.looks import Met, looked_at
from boxoffice.search.strokes import Stroke, spans, strikes_of, strokes
from boxoffice.trace.outcome import Mark, Outcome
from boxoffice.trace.verdict import Verdict
from boxoffice.world.storm import Deed
from boxoffice.world.tape import Tape

T = TypeVar("T")

FEW: Final = 8  # deeds of which any two are left out together
STRIKES: Final = 3  # at most, that are moved as a deed is left out,
MOVED: Final = 5  # by up to so many of their occasions
SALTS: Final = 3  # how often chance is drawn before a smaller run is said to hold


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The smallest run that was found.

    `is_minimal` tells whether each deed and each strike was left out alone, and the invariant held.
    One that `is_kept` was made small before, and is played again.  `met` are looks after which
    somebody decided, while others changed what was seen.
    """

    case: Case
    outcome: Outcome
    invariant: str
    runs: int
    seconds: float
    is_minimal: bool
    is_kept: bool = False
    met: Met = field(default_factory=Met)

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
        """How many strikes of faults are left; where one lasts, those in a row are one."""
        return len(strokes(self.outcome.strikes, self.case.lasting))


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


def kept(case: Case) -> Shrunk | None:
    """Play a case that was made small before; None, if nothing falls in it any more.

    Raises: as `boxoffice.run`.
    """
    outcome, met = looked_at(case)
    fell = fallen(outcome)
    if not fell:
        return None
    return Shrunk(case, outcome, fell[0], 1, 0.0, is_minimal=False, is_kept=True, met=met)


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
        self._verdict = _verdict(outcome, self._invariant)
        deeds = case.scenario.drawn(case.seed, case.size).deeds
        kept = frozenset(range(len(deeds))) if case.tape.deeds is None else case.tape.deeds
        self._case = case.with_tape(replace(case.tape, deeds=kept if deeds else None))
        self._outcome = outcome
        self._lasting = case.lasting
        self._keep_strikes()

    def done(self) -> Shrunk:
        is_minimal = False
        while not is_minimal and not self._is_over():
            before = self._case.tape
            if before.steady is not True or before.strikes:
                self._leave_out_whims()  # again: fewer deeds may do without what more needed
            self._leave_out(self._faults, self._with_faults)
            self._make_last()
            self._leave_out(self._strikes, self._with_strikes)
            self._leave_out(self._deeds, self._with_deeds)
            self._leave_out_two(self._deeds, self._with_deeds)
            smaller = before != self._case.tape or self._leave_out_and_move()
            is_minimal = not smaller and not self._is_over()
        took_s = self._watch.elapsed_s()
        outcome, met = looked_at(self._case)
        return Shrunk(self._case, outcome, self._invariant, self._runs, took_s, is_minimal, met=met)

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

    def _strikes(self) -> list[Stroke]:
        return strokes(self._case.tape.strikes or {}, self._lasting)

    def _with_strikes(self, kept: Sequence[Stroke]) -> Tape:
        return replace(self._case.tape, strikes=strikes_of(kept))

    def _make_last(self) -> None:
        # What comes and goes is harder to tell than what is so all along.
        for fault in self._faults():
            strikes = self._case.tape.strikes or {}
            if fault in self._lasting and len(spans(strikes[fault])) > 1:
                lasts = frozenset(range(min(strikes[fault]), max(strikes[fault]) + 1))
                self._falls(replace(self._case.tape, strikes={**strikes, fault: lasts}))

    def _deeds(self) -> list[int]:
        return sorted(self._case.tape.deeds or ())

    def _with_deeds(self, kept: Sequence[int]) -> Tape:
        return replace(self._case.tape, deeds=frozenset(kept))

    def _keep_strikes(self) -> None:
        # A strike that has no occasion any more is none that is kept.
        tape = replace(self._case.tape, strikes=dict(self._outcome.strikes), alike={})
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

    def _leave_out_and_move(self) -> bool:
        # A strike is the nth of its occasions.  With a deed go some of these, so that it is another
        # message or call that is struck.
        tape = self._case.tape
        loose = self._alike(tape)
        if not loose or sum(map(len, loose.values())) > STRIKES:
            return False
        for deed in self._deeds():
            rest = frozenset(tape.deeds or ()) - {deed}
            for earlier in range(1, MOVED + 1):
                moved = {
                    fault: frozenset((like, nth - earlier) for like, nth in marks)
                    for fault, marks in loose.items()
                }
                if self._is_over() or min(nth for it in moved.values() for _, nth in it) < 1:
                    break
                if self._falls(replace(tape, deeds=rest, alike=moved)):
                    return True
        return False

    def _alike(self, tape: Tape) -> dict[int, frozenset[Mark]]:
        # With a deed go some of the occasions before a strike, but few that are like it.
        marks = self._outcome.marks
        return {
            fault: frozenset(marks[fault][nth] for nth in nths)
            for fault, nths in (tape.strikes or {}).items()
            if fault not in self._lasting and nths and nths <= marks.get(fault, {}).keys()
        }

    def _anew(self, tape: Tape) -> Iterator[Tape]:
        if alike := self._alike(tape):
            yield replace(tape, alike=alike)
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
        # What falls first is what is told, and asked about later.  One that stumbles over the
        # smaller run says nothing of the mistake.
        fell = fallen(outcome)
        if fell[:1] != (self._invariant,) or _verdict(outcome, fell[0]) is not self._verdict:
            return False
        self._case, self._outcome = case, outcome
        self._keep_strikes()
        self._tell(self._runs, len(self._deeds()), len(self._strikes()))
        return True

    def _is_over(self) -> bool:
        return self._watch.elapsed_s() > self._within_s


def _verdict(outcome: Outcome, invariant: str) -> Verdict | None:
    return next((it.verdict for it in outcome.judgements if it.invariant == invariant), None)
