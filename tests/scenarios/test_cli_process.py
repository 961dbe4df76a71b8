"""The `boxoffice` command as a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def process(*words):
    """Run the installed command's module as a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "scenarios.cli", *words], cwd=ROOT, capture_output=True, text=True
    )


def test_a_process_ends_with_the_status_of_the_run():
    ended = process("run", "late-cancel", "--bug", "no-holder-check", "--json", "/dev/stderr")
    assert ended.returncode == 1
    assert json.loads(ended.stderr)["verdict"] == "violated"
    assert "holder-releases" in ended.stdout


def test_a_process_that_is_misused_shows_no_traceback():
    ended = process("run", "lastseat")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr == "boxoffice: there is no scenario 'lastseat'; did you mean 'last-seat'?\n"


def test_a_reader_that_goes_away_is_no_mistake():
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w") as closed:
        ended = subprocess.run(
            [sys.executable, "-m", "scenarios.cli", "list"],
            cwd=ROOT,
            stdout=closed,
            stderr=subprocess.PIPE,
            text=True,
        )
    assert "Traceback" not in ended.stderr
