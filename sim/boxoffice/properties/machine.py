"""A state machine of Hypothesis whose rules act on one world and one clock."""

import sys
from contextlib import ExitStack
from typing import ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from boxoffice.faults import Fault
from boxoffice.properties.plans import fault_plans
from boxoffice.trace.verdict import Judgement, Verdict
from boxoffice.world.held import Held
from boxoffice.world.system import System


class Violated(AssertionError):
    """What must hold of the world did not, or could not be judged; the message says what."""


class WorldMachine(RuleBasedStateMachine):
    """A world that a drawn plan breaks, and rules that act on it; a base for one's own.

    `system` is what it is a world of.  Rules use `world`, a `Held`: time passes only while one of
    them awaits something by `self.world.do(…)`, or says `self.world.passes(seconds)`.  Afterwards
    everything is healed, the world comes to rest, and is judged by the system's invariants.  The
    plan and the seed are drawn before the first rule; `plans` may be overridden to draw others.
    Raises: Violated, at the end; TypeError, without a system or with an `@initialize` of one's own,
    which might come before there is a world: see `prepare`.

    >>> from fastapi import FastAPI
    >>> from hypothesis import settings
    >>> from hypothesis.stateful import rule, run_state_machine_as_test
    >>> from boxoffice import System
    >>> pages = System("pages")
    >>> pages.service("front", lambda drivers: FastAPI(), route="/")
    >>> class Readers(WorldMachine):
    ...     system = pages
    ...     def plans(self):
    ...         return st.just([])
    ...     @rule()
    ...     def reads(self):
    ...         assert self.world.do(self.world.client("Ann").get("/")).status_code == 404
    >>> few = settings(max_examples=10, stateful_step_count=5)
    >>> run_state_machine_as_test(Readers, settings=few)

    In a test's module, `TestReaders = Readers.TestCase` is all it takes.
    """

    system: ClassVar[System]
    world: Held

    def __init__(self) -> None:
        super().__init__()
        if not isinstance(getattr(self, "system", None), System):
            raise TypeError(f"{type(self).__name__} needs a class attribute: system = System(…)")
        rules = getattr(self, "_initialize_rules_to_run", ())
        others = [it.function.__name__ for it in rules if it.function.__name__ != "begin"]
        if others:
            raise TypeError(f"write {', '.join(others)} as a rule, or in prepare: it needs a world")
        self._open = ExitStack()
        self._outer = sys.exception()  # of whoever plays an example again

    def plans(self) -> st.SearchStrategy[list[Fault]]:
        """Return the strategy that the faults are drawn from."""
        return fault_plans(self.system)

    def prepare(self) -> None:
        """Do what comes before the first rule; override it."""

    @initialize(
        plan=st.runner().flatmap(lambda machine: machine.plans()),
        seed=st.integers(0, 2**16),
    )
    def begin(self, plan: list[Fault], seed: int = 0) -> None:
        """Open the world, with the faults of a plan."""
        self.world = self._open.enter_context(self.system.world(seed, plan))
        self.prepare()

    def teardown(self) -> None:
        """Judge the world, unless something has failed before, and close it.  Raises: Violated."""
        with self._open:
            if hasattr(self, "world") and sys.exception() is self._outer:
                _check(self.world.judge())


def _check(judgements: list[Judgement]) -> None:
    said = [f"{it.invariant}: {it.message}" for one in judgements for it in one.violations]
    said += [
        f"{one.invariant} is undecided: {one.untested}"
        for one in judgements
        if one.verdict is Verdict.UNDECIDED
    ]
    if said:
        raise Violated("\n".join(said))
