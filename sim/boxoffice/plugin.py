"""The pytest plugin: `pytest test_stories.py --boxoffice-seeds 20` runs stories as they stand.

It is loaded wherever the engine is installed, also by tests that have nothing to do with it, so it
imports nothing of the engine before a story is collected, and its options have a prefix.
`boxoffice/items.py` says what becomes of a story.
"""

import sys
from collections.abc import Generator
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from boxoffice.items import ScenarioItem

STORIES: Final = "boxoffice.world.scenario"  # whoever has a story has loaded this
RUNS: Final = "boxoffice.items"
NOTED: Final = "boxoffice_noted"  # what a run leaves to be said
OF_ONE_RUN: Final = ("--boxoffice-trace", "--boxoffice-host")
LEAST: Final = {"--boxoffice-seeds": 1, "--boxoffice-seed": 0, "--boxoffice-size": 1}


class Hooks:
    """What other plugins can say about stories."""

    @pytest.hookspec(firstresult=True)
    def pytest_boxoffice_replay(self, item: "ScenarioItem") -> str | None:
        """Return the command that plays an item again, where it is not the one of pytest."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.add_hookspecs(Hooks)


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("boxoffice", "stories in virtual time")
    group.addoption(
        "--boxoffice-seeds", type=int, metavar="N", help="run each story on seeds 0 to N-1"
    )
    group.addoption(
        "--boxoffice-seed", type=int, metavar="SEED", help="run each story on this seed alone"
    )
    group.addoption(
        "--boxoffice-twice",
        action="store_true",
        help="play each run twice, and fail where the second is another",
    )
    parser.addini("boxoffice_twice", "of each story, play so many seeds twice", default="0")
    group.addoption(
        "--boxoffice-trace",
        metavar="FILE",
        help="write every event of one run as JSON lines",
    )
    group.addoption("--boxoffice-host", metavar="NAME", help="show one host's log, of one run")
    group.addoption("--boxoffice-size", type=int, metavar="N", help="the size of a story's crowd")
    group.addoption(
        "--boxoffice-fault",
        action="append",
        default=[],
        metavar="CALL",
        help="let this strike each story as well, 'delays(3, of=work.*, nth=2)'; repeatable",
    )


def pytest_configure(config: pytest.Config) -> None:
    for option, least in LEAST.items():
        given = config.getoption(option)
        if given is not None and given < least:
            raise pytest.UsageError(f"{option} takes a whole number from {least} on")
    for option in OF_ONE_RUN:
        if config.getoption(option) == "":
            raise pytest.UsageError(f"{option} names nothing")
        if config.getoption(option) and getattr(config.option, "dist", "no") != "no":
            raise pytest.UsageError(f"{option} is for one run, in one process: leave -n out")
    if config.getoption("--boxoffice-fault"):
        _refuse_misspelled(config)


def _refuse_misspelled(config: pytest.Config) -> None:
    from boxoffice.faults import fault_of
    from boxoffice.misuse import Misuse

    try:
        for text in config.getoption("--boxoffice-fault"):
            fault_of(text)
    except Misuse as mistake:
        raise pytest.UsageError(f"--boxoffice-fault: {mistake}") from None


@pytest.hookimpl(trylast=True)  # what has been left out is gone by then
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Refuse to write or to show several runs as one."""
    asked = [option for option in OF_ONE_RUN if config.getoption(option)]
    runs = [it for it in items if type(it).__module__ == RUNS] if asked else []
    if len(runs) > 1:
        said = f"is for one run, and {len(runs)} are chosen: name one, as {runs[0].nodeid}"
        raise pytest.UsageError(f"{asked[0]} {said}")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Put into the report what is to be said at the end; it may come from another process."""
    report = yield
    if call.when == "call":
        setattr(report, NOTED, getattr(item, NOTED, None))
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)  # the last line of a failure is how to replay it
def pytest_terminal_summary(terminalreporter: Any) -> Generator[None]:
    """Show a log that was asked for, and say what was never struck or put to the test."""
    every = [it for reports in terminalreporter.stats.values() for it in reports]
    never: dict[str, list[str]] = {}
    idle: dict[str, dict[str, str]] = {}
    for noted in filter(None, (getattr(it, NOTED, None) for it in every)):
        for line in noted.get("log", ()):
            terminalreporter.write_line(line)
        for system, untested in noted.get("untested", {}).items():
            before = never.get(system, untested)
            never[system] = [name for name in untested if name in before]
        for story, told in noted.get("idle", {}).items():
            before_it = idle.get(story, told)
            idle[story] = {what: why for what, why in told.items() if what in before_it}
    for story, told in idle.items():
        for what, why in told.items():
            terminalreporter.write_line(f"in every run of {story}, {what}: {why}")
    for system, names in never.items():
        if names:
            said = f"never put to the test by any story of {system}: {', '.join(names)}"
            terminalreporter.write_line(said)
    return (yield)


def pytest_pycollect_makeitem(
    collector: pytest.Module | pytest.Class, name: str, obj: object
) -> list[pytest.Item] | None:
    """Collect a story where it is defined, not where it is imported."""
    if STORIES not in sys.modules or not isinstance(obj, sys.modules[STORIES].Scenario):
        return None
    from boxoffice.items import items

    module = collector.getparent(pytest.Module)
    if module is None or obj.script.__module__ != module.obj.__name__:
        return []
    return list(items(collector, obj))
