"""The lab opens copies, and keeps what a learner has written."""

import json
import re
import shutil
import signal
import socket
import sys
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
from pytest import MonkeyPatch, raises

from boxoffice.terminal import interrupts
from scenarios.lab import jupyterlab
from scenarios.lab.jupyterlab import CannotOpen, lay_out, look_at, open_lab, words
from scenarios.lab.kernels import OneKernel
from scenarios.lab.stills import LIVE, STILL, keep_stills


def write_in(page: Path) -> str:
    """Write something into a notebook, and return the whole of it."""
    notebook = nbformat.read(page, nbformat.NO_CONVERT)
    notebook.cells[0].source = "mine"
    nbformat.write(notebook, page)
    return page.read_text()


def test_notebooks_are_copied_and_a_learners_own_is_kept(tmp_path: Path) -> None:
    lay_out(tmp_path)
    pages = sorted(tmp_path.glob("*.ipynb"))
    assert [it.name for it in pages] == sorted(
        it.name for it in jupyterlab.NOTEBOOKS.glob("*.ipynb")
    )
    led_to = {link for it in pages for link in re.findall(r"\((\w+\.md)\)", it.read_text())}
    assert led_to
    assert [it for it in led_to if not (tmp_path / it).exists()] == []
    written = write_in(pages[0])
    pages[1].unlink()
    assert lay_out(tmp_path) == []
    assert pages[0].read_text() == written
    assert pages[1].exists()


def test_a_copy_that_is_broken_is_left_as_it_is_and_named(tmp_path: Path) -> None:
    lay_out(tmp_path)
    one, other = sorted(tmp_path.glob("*.ipynb"))[:2]
    one.write_text('{"cells": ')
    other.write_bytes(b"\xff\xfe\x00")
    remarks = lay_out(tmp_path)
    assert [line.split(" is no notebook any more")[0] for line in remarks] == [one.name, other.name]
    assert one.read_text() == '{"cells": '
    assert other.read_bytes() == b"\xff\xfe\x00"


def test_after_an_update_what_nobody_wrote_in_is_fresh_and_the_rest_is_named(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    room, lab = tmp_path / "notebooks", tmp_path / "lab"
    room.mkdir()
    for page in [*sorted(jupyterlab.NOTEBOOKS.glob("*.ipynb"))[:3], jupyterlab.GLOSSARY]:
        shutil.copy(jupyterlab.NOTEBOOKS / page, room)
    monkeypatch.setattr(jupyterlab, "NOTEBOOKS", room)
    read, written_in, unchanged = sorted(it.name for it in room.glob("*.ipynb"))
    assert lay_out(lab) == []
    written = write_in(lab / written_in)
    write_in(lab / unchanged)
    assert lay_out(lab) == []
    for name in (read, written_in):
        shutil.copyfile(room / unchanged, room / name)
    (remark,) = lay_out(lab)
    assert remark.startswith(f"{written_in} has changed since")
    assert (lab / read).read_text() == jupyterlab.blank(room / unchanged)
    assert (lab / written_in).read_text() == written


def test_a_copy_has_no_answer_before_its_question(tmp_path: Path) -> None:
    lay_out(tmp_path)
    for page in sorted(tmp_path.glob("*.ipynb")):
        ours, committed = (nbformat.read(it, 4) for it in (page, jupyterlab.NOTEBOOKS / page.name))
        nbformat.validate(ours)
        assert [it.source for it in ours.cells] == [it.source for it in committed.cells]
        coded = [it for it in ours.cells if it.cell_type == "code"]
        assert {(len(it.outputs), it.execution_count) for it in coded} == {(0, None)}
        assert any(it.get("outputs") for it in committed.cells)


def test_a_folder_that_cannot_be_written_is_said_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with raises(CannotOpen, match=r"cannot write to .*/file"):
        lay_out(tmp_path / "file" / "lab")


def test_without_jupyterlab_the_command_that_installs_it_is_named(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    monkeypatch.setattr(jupyterlab, "find_spec", lambda name: None)
    with raises(CannotOpen, match="make lab"):
        open_lab(0, browser=False, folder=tmp_path)


def test_ctrl_c_ends_the_command_while_jupyterlab_is_loaded_and_is_then_for_jupyterlab(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    heard = []
    before = signal.signal(signal.SIGINT, signal.default_int_handler)

    def listens(words: list[str]) -> None:
        heard.append(signal.getsignal(signal.SIGINT))

    def loaded(name: str) -> Any:
        if name != "jupyterlab.labapp":
            return import_module(name)
        listens([])
        return SimpleNamespace(LabApp=SimpleNamespace(launch_instance=listens))

    monkeypatch.setattr(jupyterlab, "find_spec", lambda name: name)
    monkeypatch.setattr(jupyterlab, "import_module", loaded)
    try:
        assert open_lab(0, browser=False, folder=tmp_path) == 0
    finally:
        signal.signal(signal.SIGINT, before)
    assert heard == [interrupts._end, signal.default_int_handler]


def test_a_port_in_use_is_said_with_the_way_to_another() -> None:
    look_at(0)
    with socket.socket() as other:
        other.bind((jupyterlab.HOST, 0))
        other.listen()
        with raises(CannotOpen, match=r"in use.*--port 0"):
            look_at(other.getsockname()[1])


def test_the_first_notebook_is_opened_and_the_network_is_not_asked(tmp_path: Path) -> None:
    said = [*words(8888, tmp_path)]
    assert any(word.startswith("--LabApp.default_url=/lab/tree/01_") for word in said)
    assert "--LabApp.news_url=None" in said
    assert "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate" in said
    settings = json.loads((jupyterlab.SETTINGS / "overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_what_is_saved_of_a_picture_is_the_still_one(tmp_path: Path) -> None:
    live, still = {LIVE: {"model_id": "a"}}, {STILL: "<svg/>"}
    cells = [{"outputs": [{"data": live | still}, {"data": dict(live)}]}, {"source": "text"}]
    keep_stills({"type": "notebook", "content": {"cells": cells}}, path="a.ipynb")
    keep_stills({"type": "directory", "content": None})
    assert cells[0]["outputs"] == [{"data": still}, {"data": live}]
    hook = f"{keep_stills.__module__}.{keep_stills.__name__}"
    assert f"--ContentsManager.pre_save_hook={hook}" in words(8888, tmp_path)


def test_the_kernel_is_this_python_whatever_else_is_installed(
    tmp_path: Path, monkeypatch: MonkeyPatch
) -> None:
    foreign = tmp_path / "kernels/python3"
    foreign.mkdir(parents=True)
    (foreign / "kernel.json").write_text('{"argv": ["false"], "display_name": "Python 3"}')
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    found = OneKernel().get_all_specs()
    assert [*found] == ["python3"]
    assert found["python3"]["spec"]["argv"][0] == sys.executable
