"""The page of `boxoffice play` is there until another one is whole."""

import subprocess
from pathlib import Path

from pytest import MonkeyPatch, raises

from scenarios.play import packing


def test_a_page_that_cannot_be_made_anew_stays(tmp_path: Path, monkeypatch: MonkeyPatch) -> None:
    page = tmp_path / "page" / "index.html"
    page.parent.mkdir()
    page.write_text("as it was")

    def fails(*_: object) -> None:
        raise subprocess.CalledProcessError(1, "pip download")

    for step in ("_gather", "_fetched"):
        monkeypatch.setattr(packing, step, fails)
    with raises(subprocess.CalledProcessError):
        packing.build(tmp_path, tmp_path)
    assert page.read_text() == "as it was"
