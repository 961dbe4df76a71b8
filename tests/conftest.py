"""What every test shares."""

from collections import Counter
from typing import Any

from hypothesis import HealthCheck, settings

# Examples are drawn from the test itself and not from chance, and no example has a deadline,
# so that a test says the same on every machine, however slow, and on every day.
settings.register_profile(
    "repeatable",
    derandomize=True,
    database=None,
    deadline=None,
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("repeatable")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say what was skipped in a line for each reason, where pytest has one for each place."""
    skipped = terminalreporter.getreports("skipped")
    reasons = Counter(report.longrepr[2].removeprefix("Skipped: ") for report in skipped)
    for reason, count in sorted(reasons.items()):
        terminalreporter.write_line(f"SKIPPED [{count}] {reason}")
