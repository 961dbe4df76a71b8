"""Scenarios as pytest items.

A scenario becomes one item for each seed, which must hold, with none of the invariants that it is
about being vacuous; and one item for each of its broken twins, which must be violated on the
scenario's own seed, that one alone, where the scenario itself holds.  `--boxoffice-seeds 20` takes
seeds 0 to 19, `--boxoffice-seed 7` that one.  A run that fails leaves the explorer of it in
reports/, below the root of the test session, until the same item is run again.
"""

import os
import shlex
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext, suppress
from functools import partial
from math import inf
from pathlib import Path
from typing import Any, Final, NoReturn

import pytest

from boxoffice.clock import no_step_without_end
from boxoffice.faults import fault_of
from boxoffice.file_names import file_name
from boxoffice.misuse import Misuse
from boxoffice.trace.debugging import keeping, places
from boxoffice.trace.outcome import Outcome
from boxoffice.trace.verdict import Verdict
from boxoffice.tracebacks import shortened
from boxoffice.world.idle import idle
from boxoffice.world.run import partial_outcome, run
from boxoffice.world.scenario import Scenario
from boxoffice.world.twin import Twin
from boxoffice.world.world import World

STOPS: Final = 3  # of a debugger before the last one, in one run

# What is wrong with a story's run on its own seed, nothing standing in; "" if it holds.
SOUND: Final = pytest.StashKey[dict[tuple[str, str], str]]()


class Failed(Exception):
    """A run did not show what it should; the message says how to see it again."""


def items(collector: Any, scenario: Scenario) -> Iterator[pytest.Item]:
    """Yield what pytest is to run of a scenario."""
    of_each = _seeds_played_twice(collector.config)
    for nth, seed in enumerate(seeds(collector.config)):
        name, twice = f"{scenario.name}[{seed}]", nth < of_each
        yield HoldsItem.from_parent(collector, name=name, scenario=scenario, seed=seed, twice=twice)
    for twin in scenario.twins:
        name = f"{scenario.name}[{twin.name}]"
        yield TwinItem.from_parent(collector, name=name, scenario=scenario, twin=twin)


def seeds(config: pytest.Config) -> Sequence[int]:
    """Return the seeds that are asked for; one by its name goes before many."""
    one = config.getoption("--boxoffice-seed")
    return range(config.getoption("--boxoffice-seeds") or 1) if one is None else [one]


def _seeds_played_twice(config: pytest.Config) -> float:
    if config.getoption("--boxoffice-twice"):
        return inf
    said = str(config.getini("boxoffice_twice"))
    if not said.isdecimal():
        raise pytest.UsageError(f"boxoffice_twice takes a whole number from 0 on, and not {said!r}")
    return int(said)


class ScenarioItem(pytest.Item):
    """One run of a scenario."""

    scenario: Scenario
    errors: list[BaseException]  # what went wrong in the run, if there is a debugger for it
    boxoffice_noted: dict[str, Any]  # what is to be said of the run at the end of the session

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, pytest.fail.Exception):  # which pytest shows without its notes
            return "\n".join([str(excinfo.value), *getattr(excinfo.value, "__notes__", ())])
        if isinstance(excinfo.value, Failed | Misuse):
            return str(excinfo.value)
        shortened(excinfo, whole=self.config.getoption("fulltrace"))
        return super().repr_failure(excinfo, style)

    @property
    def report(self) -> Path:
        """Where the explorer of a failed run is left."""
        return self.config.rootpath / "reports" / f"{file_name(self.nodeid)}.html"

    def run(self, **options: Any) -> Outcome:
        """Run it, once there is no report left that could be taken for one of this run."""
        with suppress(OSError):  # none can be written either, and a failure will say so
            self.report.unlink(missing_ok=True)
        worlds: list[World] = []
        size = self.config.getoption("--boxoffice-size")
        self.boxoffice_noted = {}
        try:
            with self._keeping() as self.errors, no_step_without_end(lambda: worlds):
                outcome = run(self.scenario, size=size, begun=worlds.append, **options)
        except (Exception, pytest.fail.Exception) as error:
            if worlds:
                for line in self._left_cut_short(worlds, error):
                    error.add_note(line)
            self.stop_at(places(self.errors))
            raise
        self.boxoffice_noted["idle"] = {self._story: idle(worlds[-1])}
        try:
            self._record(worlds[0])
        except Misuse as mistake:  # which hides no violation
            if outcome.verdict is Verdict.HOLDS:
                raise
            self.boxoffice_noted["log"] = [str(mistake)]
        return outcome

    @property
    def _story(self) -> str:
        return f"{self.scenario.name} of {self.scenario.system.name}"

    def _keeping(self) -> AbstractContextManager[list[BaseException]]:
        return keeping() if self.config.getoption("usepdb", False) else nullcontext([])

    def _left_cut_short(self, worlds: Sequence[World], error: BaseException) -> Iterator[str]:
        yield from self._left(partial_outcome(self.scenario, worlds[-1], error))
        try:
            self._record(worlds[0])
        except Misuse as mistake:
            yield str(mistake)

    def _record(self, world: World) -> None:
        """Write and note what was asked for of one run.  Raises: Misuse."""
        file, host = map(self.config.getoption, ("--boxoffice-trace", "--boxoffice-host"))
        if file:
            try:
                world.trace.write(Path(file))
            except OSError as error:
                raise Misuse(f"cannot write {file}: {error.strerror}") from None
        if host:
            from boxoffice.views.hostlog import log_of

            log = log_of(world.trace, host, (*world.hosts, *world.backends.hosts, *world.people))
            head = f"log of {host}, in {self.nodeid}:"
            self.boxoffice_noted["log"] = [head, *(f"  {line}" for line in log)]

    @property
    def option(self) -> str:
        """What else a command needs to play the same run, with a space before it, or ""."""
        return ""

    @property
    def faults(self) -> Sequence[str]:
        """What was asked for beside the faults of the story; twins are played without."""
        return ()

    @property
    def size(self) -> int | None:
        """The size of the crowd, if there is one and somebody has asked for it."""
        size: int | None = self.config.getoption("--boxoffice-size")
        return size if self.scenario.size else None

    def again(self) -> str:
        """Return a command that runs the same again."""
        said: str | None = self.ihook.pytest_boxoffice_replay(item=self)
        if said is not None:
            return said
        _, _, within = self.nodeid.partition("::")
        size = "" if self.size is None else f" --boxoffice-size {self.size}"
        return f"pytest {shlex.quote(f'{self._seen(self.path)}::{within}')}{self.option}{size}"

    @property
    def _same_run(self) -> tuple[str, str]:
        return str(self.path), self.scenario.name

    def remember(self, outcome: Outcome) -> None:
        """Keep what a run on the story's own seed has shown, for its twins."""
        holds = outcome.verdict is Verdict.HOLDS
        known = self.config.stash.setdefault(SOUND, {})
        known[self._same_run] = "" if holds else _said(outcome).partition("\n")[0]

    def fail(self, message: str, outcome: Outcome) -> NoReturn:
        """Leave a report of the run, and say where and how to see it again.  Raises: Failed."""
        failed = Failed("\n".join([message, *self._left(outcome)]))
        *before, last = places(self.errors) or [failed]
        self.stop_at(before)
        raise failed.with_traceback(last.__traceback__)  # where a debugger stops

    def stop_at(self, errors: Sequence[BaseException]) -> None:
        """Have a debugger stop at each place, for as long as anybody may care."""
        for error in errors[:STOPS]:
            call = pytest.CallInfo.from_call(partial(_raise, error), "call")
            report = pytest.TestReport.from_item_and_call(self, call)
            self.ihook.pytest_exception_interact(node=self, call=call, report=report)

    def _left(self, outcome: Outcome) -> list[str]:
        from boxoffice.views.explorer.page import write_report

        try:
            there = self._seen(write_report([outcome], self.report))
        except OSError as error:
            there = f"no report, since {self.report} cannot be written: {error.strerror}"
        return [f"see what happened: {there}", f"see it again: {self.again()}"]

    def _seen(self, path: Path) -> str:
        """Return a path as whoever has called pytest can use it."""
        return os.path.relpath(path, self.config.invocation_params.dir)

    def reportinfo(self) -> tuple[Any, int | None, str]:
        return self.path, None, self.name


class HoldsItem(ScenarioItem):
    """A scenario on a seed, with every defence in place."""

    def __init__(self, *, scenario: Scenario, seed: int, twice: bool, **parent: Any) -> None:
        super().__init__(**parent)
        self.scenario = scenario
        self.seed = seed
        self.twice = twice

    @property
    def faults(self) -> Sequence[str]:
        asked: Sequence[str] = self.config.getoption("--boxoffice-fault")
        return asked

    @property
    def option(self) -> str:
        twice = " --boxoffice-twice" if self.config.getoption("--boxoffice-twice") else ""
        struck = "".join(f" --boxoffice-fault {shlex.quote(text)}" for text in self.faults)
        return f" --boxoffice-seed {self.seed}{twice}{struck}"

    def runtest(self) -> None:
        faults = [fault_of(text) for text in self.faults]
        outcome = self.run(seed=self.seed, twice=self.twice, faults=faults)
        if self.seed == self.scenario.seed and not faults:
            self.remember(outcome)
        untested = [it.invariant for it in outcome.vacuous]
        self.boxoffice_noted["untested"] = {self.scenario.system.name: untested}
        if outcome.verdict is not Verdict.HOLDS:
            self.fail(_said(outcome), outcome)


class TwinItem(ScenarioItem):
    """A scenario with one defence removed; it must say so."""

    def __init__(self, *, scenario: Scenario, twin: Twin, **parent: Any) -> None:
        super().__init__(**parent)
        self.scenario = scenario
        self.twin = twin

    def runtest(self) -> None:
        outcome = self.run(bug=self.twin)
        fallen = {it.invariant for it in outcome.judgements if it.verdict is Verdict.VIOLATED}
        if self.twin.invariant not in fallen or outcome.stand_in_calls == 0:
            self.fail(
                f"without the defence that {self.twin.defence}, {self.twin.invariant} should fall; "
                f"what fell: {', '.join(sorted(fallen)) or 'nothing'}{self._unheard(outcome)}",
                outcome,
            )
        wrong = self._wrong_without_it()
        if wrong:
            self.fail(
                f"with every defence in place as well, seed {self.scenario.seed} fails, so that "
                f"{self.twin.name} shows nothing there: {wrong}",
                outcome,
            )

    def _wrong_without_it(self) -> str:
        """Return what is wrong with the same run where nothing stands in, or ""."""
        known = self.config.stash.setdefault(SOUND, {})
        if self._same_run not in known:
            try:
                self.remember(run(self.scenario, size=self.config.getoption("--boxoffice-size")))
            except Exception as error:
                known[self._same_run] = f"{type(error).__name__}: {error}"
        return known[self._same_run]

    def _unheard(self, outcome: Outcome) -> str:
        if outcome.stand_in_calls != 0:
            return ""
        return (
            f"; nobody called the stand-in: {self.twin.target} is not reached, "
            "or is held by more than a name, as by a router"
        )


def _said(outcome: Outcome) -> str:
    from boxoffice.views.failure import failure  # only a run that fails needs what shows it

    return failure(outcome)


def _raise(error: BaseException) -> NoReturn:
    raise error
