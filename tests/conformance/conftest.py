"""The fakes as other processes see them: one process for a test session, with all three."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
END_S = 20.0


@pytest.fixture(scope="session")
def served() -> Iterator[dict[str, str]]:
    """Serve the stores; give the URL of each."""
    command = [sys.executable, "-m", "boxoffice.real.stores"]
    ends = subprocess.PIPE
    with subprocess.Popen(command, cwd=ROOT, stdin=ends, stdout=ends) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        try:
            yield json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            process.wait(END_S)
