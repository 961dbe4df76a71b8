"""Scenarios as pytest items: `pytest scenarios --seeds 20` runs them as they stand.

A scenario becomes one item for each seed, which must hold, with none of the invariants that it is
about being vacuous; and one item for each of its broken twins, which must be violated on the
scenario's own seed.  `--seeds 20` takes seeds 0 to 19.  A run that fails leaves the explorer of it
in reports/, below the root of the test session.
"""

import re
from collections.abc import Iterator
from typing import Any, NoReturn

import pytest

from sim.outcome import Outcome
from sim.run import run
from sim.scenario import Scenario
from sim.twin import Twin
from sim.verdict import Verdict
from sim.views.explorer.page import write_report


class Failed(Exception):
    """A run did not show what it should; the message says how to see it again."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("boxoffice")
    group.addoption("--seeds", type=int, default=1, help="run each scenario on seeds 0 to N-1")
    group.addoption("--size", type=int, default=None, help="the size of a scenario's crowd")


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--seeds") < 1:
        raise pytest.UsageError("--seeds takes a whole number from 1 on")


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> list[pytest.Item] | None:
    """Collect a scenario where it is defined, not where it is imported."""
    if not isinstance(obj, Scenario):
        return None
    module = collector.getparent(pytest.Module)
    if module is None or obj.script.__module__ != module.obj.__name__:
        return []
    return list(_items(collector, obj))


def _items(collector: Any, scenario: Scenario) -> Iterator[pytest.Item]:
    for seed in range(collector.config.getoption("--seeds")):
        name = f"{scenario.name}[{seed}]"
        yield HoldsItem.from_parent(collector, name=name, scenario=scenario, seed=seed)
    for twin in scenario.twins:
        name = f"{scenario.name}[{twin.name}]"
        yield TwinItem.from_parent(collector, name=name, scenario=scenario, twin=twin)


class ScenarioItem(pytest.Item):
    """One run of a scenario."""

    scenario: Scenario

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def fail(self, message: str, outcome: Outcome) -> NoReturn:
        """Leave a report of the run and say where.  Raises: Failed."""
        name = re.sub(r"[^\w.]+", "-", self.name).strip("-")
        there = write_report([outcome], self.config.rootpath / "reports" / f"{name}.html")
        shown = there.relative_to(self.config.rootpath)
        raise Failed(f"{message}\nsee what happened: {shown}")

    def reportinfo(self) -> tuple[Any, int | None, str]:
        return self.path, None, self.name


class HoldsItem(ScenarioItem):
    """A scenario on a seed, with every defence in place."""

    def __init__(self, *, scenario: Scenario, seed: int, **parent: Any) -> None:
        super().__init__(**parent)
        self.scenario = scenario
        self.seed = seed

    def runtest(self) -> None:
        outcome = run(self.scenario, self.seed, size=self.config.getoption("--size"))
        again = f"boxoffice run {self.scenario.name} --seed {self.seed}"
        if outcome.verdict is not Verdict.HOLDS:
            self.fail(f"{outcome.verdict}: {_said(outcome)}\nsee it again: {again}", outcome)
        vacuous = _vacuous(outcome, self.scenario)
        if vacuous:
            message = f"never put to the test: {', '.join(vacuous)}\nsee it again: {again}"
            self.fail(message, outcome)


class TwinItem(ScenarioItem):
    """A scenario with one defence removed; it must say so."""

    def __init__(self, *, scenario: Scenario, twin: Twin, **parent: Any) -> None:
        super().__init__(**parent)
        self.scenario = scenario
        self.twin = twin

    def runtest(self) -> None:
        outcome = run(self.scenario, bug=self.twin, size=self.config.getoption("--size"))
        fallen = {one.invariant for one in outcome.violations}
        if self.twin.invariant not in fallen:
            self.fail(
                f"without the defence that {self.twin.defence}, {self.twin.invariant} should fall; "
                f"what fell: {', '.join(sorted(fallen)) or 'nothing'}\n"
                f"see it again: boxoffice run {self.scenario.name} --bug {self.twin.name}",
                outcome,
            )


def _said(outcome: Outcome) -> str:
    undecided = [
        f"{one.invariant} is undecided"
        for one in outcome.judgements
        if one.verdict is Verdict.UNDECIDED
    ]
    found = [f"{one.invariant}: {one.message}" for one in outcome.violations]
    return "\n  ".join(found + undecided)


def _vacuous(outcome: Outcome, scenario: Scenario) -> list[str]:
    about = {check.name for check in scenario.checks}
    return [
        one.invariant
        for one in outcome.judgements
        if one.verdict is Verdict.VACUOUS and one.invariant in about
    ]
