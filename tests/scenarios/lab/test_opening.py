"""The lab opens copies, and keeps what a learner has written."""

from pathlib import Path

from pytest import MonkeyPatch, raises

from scenarios.lab import opening
from scenarios.lab.opening import CannotOpen, lay_out, open_lab


def test_notebooks_are_copied_and_a_learners_own_is_kept(tmp_path: Path) -> None:
    lay_out(tmp_path)
    pages = sorted(tmp_path.glob("*.ipynb"))
    assert [it.name for it in pages] == sorted(it.name for it in opening.NOTEBOOKS.glob("*.ipynb"))
    pages[0].write_text("mine")
    pages[1].unlink()
    lay_out(tmp_path)
    assert pages[0].read_text() == "mine"
    assert pages[1].exists()


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with raises(CannotOpen, match="cannot write to"):
        lay_out(tmp_path / "file" / "lab")


def test_without_jupyterlab_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "find_spec", lambda name: None)
    with raises(CannotOpen, match="make lab"):
        open_lab(0, browser=False, folder=tmp_path)
