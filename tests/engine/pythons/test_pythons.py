"""One seed is one run in every Python, also inside a task of another loop."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import simpy

from tests.house import tree
from tests.real.tiers import sampled

HERE = Path(__file__).parent
SIM = tree.ROOT / "sim"
PACKAGES = Path(simpy.__file__).parents[1]
PYODIDE = tree.ROOT / "build" / "pyodide" / "node_modules" / "pyodide"


def said(*command, **env):
    ended = subprocess.run(
        [*map(str, command)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
        env={**os.environ, **env},
    )
    assert ended.returncode == 0, ended.stderr[-2000:]
    return json.loads(ended.stdout.splitlines()[-1])


def said_by(python):
    path = os.pathsep.join(map(str, (SIM, PACKAGES)))
    return said(python, "-s", HERE / "played.py", PYTHONPATH=path)


def python_of(version):
    """Return an interpreter, wherever the machine has one; one may be on the path and not run."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    found = shutil.which(f"python{version}")
    for there in [found, *sorted(pyenv.glob(f"versions/{version}.*/bin/python"))]:
        if (
            there
            and subprocess.run([there, "-c", ""], check=False, capture_output=True).returncode == 0
        ):
            return there
    return pytest.skip(f"no Python {version} on this machine")


@pytest.fixture(scope="module")
def here():
    return said_by(sys.executable)


def test_a_run_is_the_same_within_a_task_and_twice(here):
    assert here["python"] == list(sys.version_info[:2])
    assert len(set(here["hashes"])) == 1


@pytest.mark.parametrize("version", sampled(["3.13", "3.12"], every=2))
def test_another_python_plays_the_same_run(here, version):
    there = said_by(python_of(version))
    assert there == {"python": [3, int(version[2:])], "hashes": here["hashes"]}


@pytest.mark.real
def test_python_3_14_plays_the_same_run(here):
    if not PYODIDE.exists():
        pytest.skip("real: no pyodide; make test-real has one")
    there = said("node", HERE / "run.mjs", PYODIDE, SIM, PACKAGES, HERE)
    assert there == {"python": [3, 14], "hashes": here["hashes"]}
