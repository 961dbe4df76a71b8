"""A case: all that says which run a run is, so that it can be played again."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from boxoffice.clock.busy import no_step_without_end
from boxoffice.faults.schedule import Fault
from boxoffice.trace.keeping import Keeping
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.verdict import STORY, Verdict
from boxoffice.world.run import run
from boxoffice.world.scenario import Scenario
from boxoffice.world.tape import WHOLE, Tape
from boxoffice.world.twin import Twin
from boxoffice.world.world import World


@dataclass(frozen=True, slots=True)
class Case:
    """One run of a scenario.  `faults` strike beside its own; `tape` says what of it is kept."""

    scenario: Scenario
    seed: int
    bug: Twin | None = None
    faults: Sequence[Fault] = ()
    size: int | None = None
    tape: Tape = WHOLE

    def play(
        self, trace: Keeping = True, begun: Callable[[World], None] = lambda world: None
    ) -> Outcome:
        """Play it; `begun` is told of its world.

        Raises: whatever `boxoffice.run` does, and Endless for a step that comes to no end.
        """
        worlds = list[World]()

        def told(world: World) -> None:
            worlds.append(world)
            begun(world)

        with no_step_without_end(lambda: worlds):
            return run(
                self.scenario,
                self.seed,
                self.bug,
                self.faults,
                self.size,
                told,
                trace=trace,
                tape=self.tape,
            )

    @property
    def lasting(self) -> frozenset[int]:
        """The numbers of those of its faults that are conditions, and last."""
        drawn = self.scenario.drawn(self.seed, self.size).faults
        every = [*self.scenario.faults, *drawn, *self.faults]
        return frozenset(number for number, fault in enumerate(every) if fault.lasts)

    def with_tape(self, tape: Tape) -> "Case":
        """Return the same case, of which as much is kept as the tape says."""
        return replace(self, tape=tape)


def fallen(outcome: Outcome) -> tuple[str, ...]:
    """Return what fell in a run: invariants by name, what says most about the run first.

    The story's own assertion comes last, since it may fall for many reasons.
    """
    bad = (Verdict.VIOLATED, Verdict.ERROR)
    found = [it.invariant for it in outcome.judgements if it.verdict in bad]
    return tuple(sorted(found, key=lambda name: name == STORY))
