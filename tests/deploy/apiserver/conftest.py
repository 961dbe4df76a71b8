"""Says at the end how much a real API server was asked to take."""

from collections import Counter

from pytest import Config, StashKey, TerminalReporter, fixture

COUNT = StashKey[Counter[str]]()


@fixture(scope="session")
def count(pytestconfig: Config) -> Counter[str]:
    """Counts what was done, by what to call it."""
    return pytestconfig.stash.setdefault(COUNT, Counter())


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: Config) -> None:
    counted = config.stash.get(COUNT, None)
    if counted:
        said = ", ".join(f"{number} {what}" for what, number in counted.items())
        terminalreporter.write_line(f"a real API server: {said}")
