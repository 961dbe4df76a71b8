"""A run in which nothing may be skipped: `python -m pytest -p tests.real.no_skips -m real`.

What was skipped is named and fails the run, save what is left to `make test-night`, which is
counted.  The cases of each folder are counted, and what a test has counted itself
(`record_property`) is added up.
"""

from collections import Counter

import pytest

from tests.real.tiers import LEFT_TO_THE_NIGHT

_left: Counter[str] = Counter()
_skipped: list[str] = []
_passed: Counter[str] = Counter()
_counted: Counter[str] = Counter()


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped and not hasattr(report, "wasxfail"):
        if _reason(report).startswith(LEFT_TO_THE_NIGHT):
            _left[report.nodeid.partition("[")[0]] += 1
        else:
            _skipped.append(f"{report.nodeid}: {_reason(report)}")
    if report.when == "call" and report.passed:
        _passed[report.nodeid.partition("::")[0].rpartition("/")[0]] += 1
        _counted.update({name: it for name, it in report.user_properties if isinstance(it, int)})


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.skipped:
        _skipped.append(f"{report.nodeid}: {_reason(report)}")


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if _skipped and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    counts = ", ".join(f"{folder} {count}" for folder, count in sorted(_passed.items()))
    terminalreporter.write_line(f"on real servers: {counts or 'nothing'}")
    for name, count in sorted(_counted.items()):
        terminalreporter.write_line(f"{name}: {count:,}")
    for test, count in sorted(_left.items()):
        terminalreporter.write_line(f"left to make test-night: {count} of {test}")
    for each in _skipped:
        terminalreporter.write_line(f"skipped, which fails this run: {each}", red=True)


def _reason(report: pytest.TestReport | pytest.CollectReport) -> str:
    said = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    return said.removeprefix("Skipped: ")
