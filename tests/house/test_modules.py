"""No module is loaded twice, under two names: its classes would not be the same ones."""

import importlib.util
import re
import subprocess
import sys
import tomllib
from pathlib import Path

from tests.house import tree
from tests.house.loaded import MARK, twice
from tests.real.tiers import unhurried

ROOMS = ("sim/boxoffice", "services", "scenarios")


@unhurried
def test_pytest_loads_no_module_twice() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.house.loaded"]
    collect = ["--collect-only", "--doctest-modules", "-p", "no:cacheprovider", *ROOMS]
    said = subprocess.run([*command, *collect], cwd=tree.ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stdout
    matched = re.search(rf"^{MARK} (.*) of (\d+)$", said.stdout, re.MULTILINE)
    assert matched
    assert matched[1] == "[]"
    assert int(matched[2]) > 0.9 * len(tree.modules(*ROOMS))  # that it has looked at them


def test_a_module_that_is_loaded_twice_would_be_noticed() -> None:
    found = importlib.util.find_spec("boxoffice.misuse")
    assert found
    assert found.origin
    again = importlib.util.spec_from_file_location("sim.boxoffice.misuse", found.origin)
    assert again
    modules = {it.name: importlib.util.module_from_spec(it) for it in (found, again)}
    assert twice(modules) == [sorted(modules)]


def test_every_tool_has_the_folder_of_the_engine_as_a_root() -> None:
    tools = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["tool"]
    assert "sim" in tools["pytest"]["ini_options"]["pythonpath"]
    assert "sim" in tools["ruff"]["src"]
    assert tools["mypy"]["mypy_path"] == "sim"
    assert "boxoffice" in tools["importlinter"]["root_packages"]


def test_nobody_imports_the_engine_by_its_folder() -> None:
    asks = re.compile(r"^\s*(?:from|import) sim\b", re.MULTILINE)
    found = [tree.name(it) for it in tree.modules() if asks.search(it.read_text(encoding="utf-8"))]
    own = Path(__file__).with_name("..") / "packaging" / "test_guest.py"  # a project with its own
    assert found == [tree.name(own.resolve())]
