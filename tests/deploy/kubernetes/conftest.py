"""Builds every combination once, and says at the end how much was looked at."""

from collections import Counter

from pytest import Config, StashKey, TempPathFactory, TerminalReporter, fixture

from tests.deploy.kubernetes.combinations import every
from tests.deploy.kubernetes.installation import Installations, install

TALLY = StashKey[Counter[str]]()


@fixture(scope="session")
def installations(tmp_path_factory: TempPathFactory) -> Installations:
    return install(every(), tmp_path_factory.mktemp("k8s"))


@fixture(scope="session")
def tally(pytestconfig: Config) -> Counter[str]:
    """Counts what was done, by what to call it."""
    return pytestconfig.stash.setdefault(TALLY, Counter())


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: Config) -> None:
    counted = config.stash.get(TALLY, None)
    if counted:
        said = ", ".join(f"{number} {what}" for what, number in counted.items())
        terminalreporter.write_line(f"kubernetes manifests: {said}")
