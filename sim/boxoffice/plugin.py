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
NOTED: Final = "boxoffice_untested"  # what a report has of a story
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
    group.addoption("--boxoffice-size", type=int, metavar="N", help="the size of a story's crowd")


def pytest_configure(config: pytest.Config) -> None:
    for option, least in LEAST.items():
        given = config.getoption(option)
        if given is not None and given < least:
            raise pytest.UsageError(f"{option} takes a whole number from {least} on")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Note in the report what a run has not put to the test; it may come from another process."""
    report = yield
    if call.when == "call":
        setattr(report, NOTED, getattr(item, "untested", None))
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)  # the last line of a failure is how to replay it
def pytest_terminal_summary(terminalreporter: Any) -> Generator[None]:
    """Say what no story has put to the test, also where each of them passes."""
    never: dict[str, list[str]] = {}
    for reports in terminalreporter.stats.values():
        for system, untested in filter(None, (getattr(it, NOTED, None) for it in reports)):
            before = never.get(system, untested)
            never[system] = [name for name in untested if name in before]
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
