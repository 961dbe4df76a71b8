"""A run on real servers fails if anything is left out."""

import os
import re
import subprocess
import sys

from pytest import mark

from tests.house.tree import ROOT

PASSING = """
import pytest
@pytest.mark.parametrize("url", ["nats://a"])
def test_it(url): pass
"""
COUNTING = "def test_it(record_property): record_property('operations', 700)\n"
SKIPPED = "import pytest\ndef test_it(): pytest.skip('real: no server')\n"
NIGHT = """
import pytest
@pytest.mark.parametrize("at", range(3))
def test_it(at): pytest.skip('night: no time')
"""
LEFT_OUT = "import pytest\npytest.skip('real: no server', allow_module_level=True)\n"


def ran(folder, *tests, plugin="tests.real.no_skips"):
    for number, test in enumerate(tests):
        (folder / f"test_{number}.py").write_text(test)
    command = [sys.executable, "-m", "pytest", "-p", "boxoffice.plugin"]
    command += ["-p", plugin]
    command += ["-p", "no:cacheprovider", "-c", str(ROOT / "pyproject.toml"), str(folder)]
    alone = os.environ | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    return subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True, check=False)


def test_a_run_without_skips_counts_and_succeeds(tmp_path):
    done = ran(tmp_path, PASSING, PASSING)
    assert done.returncode == 0, done.stdout
    assert re.search(r"^on real servers: [^,:\[]* 2$", done.stdout, re.MULTILINE), done.stdout


def test_what_tests_have_counted_is_added_up(tmp_path):
    assert "operations: 1,400\n" in ran(tmp_path, COUNTING, COUNTING).stdout


def test_what_is_left_to_the_night_is_counted(tmp_path):
    done = ran(tmp_path, PASSING, NIGHT)
    assert done.returncode == 0, done.stdout
    assert re.search(
        r"^left to make test-night: 3 of .*_1\.py::test_it$", done.stdout, re.MULTILINE
    )


@mark.parametrize("skipped", [SKIPPED, LEFT_OUT], ids=["test", "module"])
def test_a_run_with_a_skip_fails_and_names_it(tmp_path, skipped):
    done = ran(tmp_path, PASSING, skipped)
    assert done.returncode == 1, done.stdout
    assert "skipped, which fails this run: " in done.stdout
    assert "real: no server" in done.stdout
