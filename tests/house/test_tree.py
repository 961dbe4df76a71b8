"""What is looked at is the same in a clone, in an unpacked archive, and after a day of work."""

from pathlib import Path

from pytest import MonkeyPatch

from tests.house import tree
from tests.real.tiers import unhurried


def test_without_git_the_same_folders_are_left_out() -> None:
    pages = [path for path in tree.files() if path.name == ".gitignore"]
    lines = [line for page in pages for line in page.read_text(encoding="utf-8").splitlines()]
    folders = {line.strip("/") for line in lines if line.endswith("/") and "*" not in line}
    assert "node_modules" in folders
    assert folders - tree.MADE == set()


@unhurried
def test_without_git_every_file_is_found(monkeypatch: MonkeyPatch) -> None:
    listed = set(tree.files())
    monkeypatch.setattr(tree, "_listed_by_git", set)
    assert listed <= set(tree.files())
    assert not {path for path in tree.files() if "node_modules" in path.parts}


def test_a_repository_that_git_refuses_is_looked_at_all_the_same(
    monkeypatch: MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tree, "ROOT", tmp_path)
    (tmp_path / "page.md").write_text("# A page\n", encoding="utf-8")
    assert tree.files() == [tmp_path / "page.md"]
