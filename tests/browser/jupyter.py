"""`boxoffice lab` as a child process, and a notebook in it as its reader has it."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import psutil
import pytest

from boxoffice.real.guard import guarded
from tests.browser.chromium import PATIENCE_S, Broken, Chromium

START_S: Final = 180.0
END_S: Final = 90.0
RUN_S: Final = 400.0
SHOWN: Final = ".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Notebook"
ERROR: Final = "[data-mime-type='application/vnd.jupyter.error']"
# The words of a menu come with a key to press, and those of a cell with the text that it writes.
_FIND: Final = """((selector, words) => [...document.querySelectorAll(selector)].find((it) =>
  it.getBoundingClientRect().width && (!words || it.textContent.startsWith(words))))"""
_MIDDLE: Final = """((it) => {
  const { x, y, width, height } = it.getBoundingClientRect();
  return [x + width / 2, y + height / 2]; })"""
# Whether a click there meets it: what is drawn late above it moves it away from under the mouse.
_IN_REACH: Final = """(async (it, middle) => {
  if (!it) return false;
  it.scrollIntoViewIfNeeded();
  const before = middle(it);
  for (const _ of [1, 2, 3]) await new Promise(requestAnimationFrame);
  return String(middle(it)) === String(before)
    && it.contains(document.elementFromPoint(...before)); })"""


@dataclass
class Lab:
    """A JupyterLab that is open; `said` grows with what it prints."""

    url: str
    folder: Path
    process: subprocess.Popen[str]
    said: list[str]

    @property
    def kernels(self) -> list[psutil.Process]:
        """What it has started."""
        return psutil.Process(self.process.pid).children(recursive=True)

    def end(self) -> int:
        """Press Ctrl-C, and return the exit status.  Raises: subprocess.TimeoutExpired."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(END_S)


@contextmanager
def opened_lab(folder: Path, **environment: str) -> Iterator[Lab]:
    """Open it in a folder, with settings of its own, and end all that it has started."""
    if find_spec("jupyterlab") is None:
        pytest.skip("real: no JupyterLab; make test-real has one")
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    terminal, stdin = pty.openpty()  # Jupyter listens for Ctrl-C only if there is a terminal
    process = subprocess.Popen(
        guarded([sys.executable, "-m", "scenarios", "lab", "--no-browser", "--port", "0"]),
        cwd=folder,
        env=os.environ | {name: str(folder / name.lower()) for name in homes} | environment,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said: list[str] = []
    reader = threading.Thread(target=said.extend, args=(process.stdout,))
    try:
        url = _address(process, said)
        reader.start()
        yield Lab(url, folder / "build/lab", process, said)
    finally:
        _leave(process)
        if reader.is_alive():
            reader.join()
        process.stdout.close()
        os.close(stdin)
        os.close(terminal)


def _address(process: subprocess.Popen[str], said: list[str]) -> str:
    too_late = threading.Timer(START_S, process.kill)
    too_late.start()
    try:
        for line in process.stdout or ():
            said.append(line)
            if found := re.search(r"http://\S+", line):
                return found[0]
    finally:
        too_late.cancel()
    raise Broken(f"JupyterLab did not open: {''.join(said)}")


def _leave(process: subprocess.Popen[str]) -> None:
    kernels = []
    if process.poll() is None:
        kernels = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
    try:
        process.wait(END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for kernel in psutil.wait_procs(kernels, END_S)[1]:
        kernel.kill()


class Notebook:
    """A notebook in a browser."""

    def __init__(self, chromium: Chromium, lab: Lab, name: str) -> None:
        self.chromium = chromium
        self.name = name
        chromium.turn_over()
        chromium.visit(re.sub(r"tree/[^?]*", f"tree/{name}", lab.url) + "&reset")
        self.until(".jp-Cell", f"({{length}}) => length === {len(self.cells(lab))}")
        chromium.until(f"!document.querySelector({json.dumps(SHOWN)}).querySelector('.jp-Spinner')")
        self.until_idle()

    def cells(self, lab: Lab) -> list[dict[str, Any]]:
        """Return the cells as they are in the file."""
        found: list[dict[str, Any]] = json.loads((lab.folder / self.name).read_text())["cells"]
        return found

    def all(self, selector: str, each: str) -> Any:
        """Return what a JavaScript function says of each element of the notebook."""
        return self.chromium.ask(f"{_elements(selector)}.map({each})")

    def until(self, selector: str, holds: str, patience_s: float = PATIENCE_S) -> None:
        """Wait until a JavaScript function holds of the elements of the notebook.

        Raises: Broken.
        """
        self.chromium.until(f"({holds})({_elements(selector)})", patience_s)

    def until_idle(self) -> None:
        """Wait until there is a kernel and it has nothing to do.  Raises: Broken."""
        # The indicator in the toolbar calls a notebook idle that has no kernel yet, and what is run
        # then is given up when it gets one; what stands below the window is what the kernel says.
        self.chromium.until(
            "!!document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden) "
            ".jp-Notebook-ExecutionIndicator[data-status=idle]')"
            " && [...document.querySelectorAll('.jp-StatusBar-TextItem')]"
            r".some((it) => /^Python 3 .*\| Idle$/.test(it.textContent))",
            RUN_S,
        )

    def begin(self) -> None:
        """Clear all outputs and run all cells, by the menus.  Raises: Broken."""
        self.choose("Edit", "Clear Outputs of All Cells")
        self.until(".jp-CodeCell .jp-OutputArea-output", "({length}) => length === 0")
        self.choose("Run", "Run All Cells")

    def run(self) -> None:
        """Run all cells, and wait for the last.  Raises: Broken."""
        self.begin()
        self.until_run()

    def until_run(self) -> None:
        """Wait until every cell of code has a number, or one has an error.  Raises: Broken."""
        numbers = f"{_elements('.jp-CodeCell .jp-InputPrompt')}.map((it) => it.textContent)"
        self.chromium.until(
            rf"{numbers}.every((it) => /\[\d+\]/.test(it)) || {_elements(ERROR)}.length", RUN_S
        )
        self.until_idle()
        if said := self.all(ERROR, "(it) => it.textContent"):
            raise Broken(said[0])

    def choose(self, *words: str) -> None:
        """Click through the menus.  Raises: Broken."""
        # It lies above everything while a theme is loaded.
        self.chromium.until("!document.querySelector('#jupyterlab-splash')")
        self.click(".lm-MenuBar-item", words[0])
        for word in words[1:]:
            self.click(".lm-Menu-item", word)

    def click(self, selector: str, words: str = "") -> None:
        """Click in the middle of the first element in sight that begins with words.

        Raises: Broken.
        """
        found = f"{_FIND}({json.dumps(selector)}, {json.dumps(words)})"
        self.chromium.until(f"{_IN_REACH}({found}, {_MIDDLE})")
        self.chromium.click(*self.chromium.ask(f"{_MIDDLE}({found})"))

    def add(self, code: str) -> None:
        """Write a cell below the last, and run it.  Raises: Broken."""
        count = len(self.all(".jp-Cell", "() => 0"))
        self.click(".jp-Notebook-footer")  # it says: Click to add a cell
        self.until(".jp-Cell", f"({{length}}) => length === {count + 1}")
        self.click(f"{SHOWN} .jp-Cell:last-child .cm-content")
        self.chromium.until("document.activeElement.matches('.cm-content')")
        self.chromium.write(code)
        self.choose("Run", "Run Selected Cell and Do not Advance")
        self.until_run()

    def write_anew(self, words: str, code: str) -> str:
        """Write code over that of the cell with these words, and run it; return its selector.

        Raises: Broken.
        """
        found = f"{_elements('.jp-CodeCell')}.find((it) => it.textContent.includes({words!r}))"
        self.chromium.ask(f"{found}.classList.add('written-anew') && 0")
        cell = ".written-anew"
        self.click(f"{SHOWN} {cell} .cm-content")
        self.chromium.until("document.activeElement.matches('.cm-content')")
        key = {"key": "a", "windowsVirtualKeyCode": 65, "modifiers": 2}
        self.chromium.send("Input.dispatchKeyEvent", type="keyDown", commands=["selectAll"], **key)
        self.chromium.send("Input.dispatchKeyEvent", type="keyUp", **key)
        self.chromium.write(code)
        self.choose("Run", "Run Selected Cell and Do not Advance")
        self.until_run()
        return cell


def middle(element: str) -> str:
    """Return an expression for where the middle of an element is in the window."""
    return f"{_MIDDLE}({element})"


def _elements(selector: str) -> str:
    chosen = ", ".join(f"{SHOWN} {one.strip()}" for one in selector.split(","))
    return f"[...document.querySelectorAll({json.dumps(chosen)})]"
