"""What every test shares."""

import os
import re
from collections import Counter
from typing import Any

from hypothesis import HealthCheck, settings

from services.common.settings import Settings

# What a machine may say to any program: a test that is about one of these says it itself.
# MONGO_URL names a server for `make test-real`, and nothing for `make test`.
TOLD = re.compile(
    rf"{'|'.join(map(str.upper, Settings.model_fields))}|OTEL_.*"
    "|CLICOLOR.*|NO_COLOR|FORCE_COLOR|COLUMNS|LINES|PYTHONIOENCODING"
)
KEPT = {"MONGO_URL"} if os.environ.get("REAL_SERVERS") == "1" else set()
for name in [it for it in os.environ if TOLD.fullmatch(it) and it not in KEPT]:
    del os.environ[name]
# Registries may be behind a proxy; what the tests start themselves is not.
for name in ("no_proxy", "NO_PROXY"):
    os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))

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
