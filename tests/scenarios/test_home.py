"""Whoever plays a story may have no home, and keeps it as it was if there is one."""

import subprocess
import sys
from pathlib import Path

import stripe
import stripe._telemetry_id as telemetry
from pytest import fixture

from boxoffice.trace.verdict import Verdict
from boxoffice.world.run import run
from scenarios.catalogue import scenario_named

ROOT = Path(__file__).parents[2]


@fixture
def fresh(monkeypatch):
    """Stripe's library as it is in a process that has not asked for anything yet."""
    monkeypatch.setattr(stripe, "enable_telemetry", True)
    monkeypatch.setattr(telemetry, "_loaded", False)
    monkeypatch.setattr(telemetry, "_cached_id", None)
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)


def test_a_payment_needs_no_home(fresh, monkeypatch):
    def home(kind):
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", classmethod(home))
    assert run(scenario_named("purchase")).verdict is Verdict.HOLDS


def test_a_purchase_leaves_nothing_in_a_home(tmp_path):
    command = [sys.executable, "-m", "scenarios", "run", "purchase"]
    ended = subprocess.run(command, cwd=ROOT, env={"HOME": str(tmp_path)}, capture_output=True)
    assert (ended.returncode, ended.stderr) == (0, b"")
    assert list(tmp_path.iterdir()) == []
