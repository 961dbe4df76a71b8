import subprocess
import sys
from pathlib import Path

from pytest import MonkeyPatch

from boxoffice.real.environment import minimal_environment


def test_a_child_finds_what_its_parent_finds_and_nothing_else(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    (tmp_path / "found_nowhere_else.py").write_text("import boxoffice.real", encoding="utf-8")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", ["", *sys.path])
    monkeypatch.setenv("SETTING", "ours")
    said = subprocess.run(
        [sys.executable, "-c", "import found_nowhere_else, os; print(os.environ.get('SETTING'))"],
        cwd=elsewhere,
        env=minimal_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert said.stdout == "None\n"
