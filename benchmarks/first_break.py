"""How long it takes from nothing to the first broken run that a learner sees.

python -m benchmarks.first_break [--repository URL] [--json FILE]

Clones what is committed, installs without a cache, and does what the README says: `make lab`, then
the first notebook in a browser, all cells from the menu.  And `make demo`, for who has no browser,
and `make play`, for who has nothing but one.  A person reads meanwhile; that is not counted.
"""

import argparse
import json
import os
import pty
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from time import perf_counter, sleep
from typing import Final

import psutil

from tests.browser.chromium import Broken, Chromium
from tests.browser.jupyter import Lab, Notebook
from tests.browser.tabs import choose, press

HERE: Final = Path(__file__).resolve().parents[1]
FIRST: Final = "01_one_ticket_sold.ipynb"
WANTED_S: Final = 120.0
WANTED_IN_TAB_S: Final = 30.0  # from opening the page, by who finds it served
PATIENCE_S: Final = 600.0
END_S: Final = 30.0
LOOK_S: Final = 0.05
MISUSE: Final = 2
TOLD: Final = "/violated/.test(document.getElementById('room').innerText)"
SHOWN: Final = r"(all) => all.some((it) => /^\W*violated/.test(it.textContent))"


class DidNot(Exception):
    """A step did not come to its end; the message says what was said last."""


class Child:
    """A command with a terminal to hear Ctrl-C from; each line that it prints is timed."""

    def __init__(self, command: Sequence[str], folder: Path, **environment: str) -> None:
        self._ends = pty.openpty()
        self._lines: list[tuple[float, str]] = []
        self.process = subprocess.Popen(
            command,
            cwd=folder,
            env=os.environ | environment,
            stdin=self._ends[1],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def heard(self, expression: str) -> tuple[float, str]:
        """Wait for a line, and return when it came and what matches.  Raises: DidNot."""
        deadline = perf_counter() + PATIENCE_S
        while perf_counter() < deadline:
            ended = not self._reader.is_alive()
            for moment, line in self._lines:
                if found := re.search(expression, line):
                    return moment, found[0]
            if ended:
                break
            sleep(LOOK_S)
        raise DidNot("".join(line for _, line in self._lines[-5:]).strip() or "nothing was said")

    def close(self) -> None:
        """Press Ctrl-C, and leave nothing behind."""
        family = [psutil.Process(self.process.pid)] if self.process.poll() is None else []
        if family:
            family += family[0].children(recursive=True)
            os.killpg(self.process.pid, signal.SIGINT)
        for one in psutil.wait_procs(family, END_S)[1]:
            one.kill()
        self.process.wait()
        self._reader.join()
        for end in self._ends:
            os.close(end)

    def _read(self) -> None:
        assert self.process.stdout is not None
        with self.process.stdout as output:
            for line in output:
                self._lines.append((perf_counter(), line))


def first_break(repository: str, folder: Path) -> dict[str, float]:
    """Return after how many seconds each step had come to its end.  Raises: DidNot, Broken."""
    clone, began = folder / "clone", perf_counter()
    fresh = {"PIP_NO_CACHE_DIR": "1", "PYTHONUNBUFFERED": "1", "BROWSER": "true"}
    with closing(Child(["git", "clone", "--quiet", repository, str(clone)], folder)) as git:
        if git.process.wait():
            git.heard("$.^")
    ended = {"clone": perf_counter()}
    with closing(Child(["make", "lab", "LAB_PORT=0"], clone, **fresh, **_homes(folder))) as lab:
        ended["packages of make demo"], _ = lab.heard("installing JupyterLab")
        ended["JupyterLab's packages"], _ = lab.heard("Your copies")
        ended["JupyterLab answers"], url = lab.heard(r"http://\S+")
        with _browser(folder) as browser:
            notebook = Notebook(browser, Lab(url, clone / "build/lab", lab.process, []), FIRST)
            ended["notebook 1 is open"] = perf_counter()
            notebook.begin()
            notebook.until(".jp-OutputArea-output", SHOWN, PATIENCE_S)
            ended["a cell says violated"] = perf_counter()
    return {step: moment - began for step, moment in ended.items()}


def demo(folder: Path) -> tuple[float, float]:
    """Return the seconds until `make demo` tells of a broken run, and until it has ended.

    Raises: DidNot.
    """
    began = perf_counter()
    with closing(Child(["make", "demo"], folder / "clone", PYTHONUNBUFFERED="1")) as child:
        broken, _ = child.heard("violated")
        child.process.wait()
        return broken - began, perf_counter() - began


def tab(folder: Path) -> dict[str, float]:
    """Return the seconds that `make play` takes, and those from opening its page to a broken run.

    Raises: DidNot, Broken.
    """
    clone, began = folder / "clone", perf_counter()
    fresh = {"NPM_CONFIG_CACHE": str(folder / "npm"), "PIP_NO_CACHE_DIR": "1"}
    with closing(Child(["make", "play"], clone, PYTHONUNBUFFERED="1", **fresh)) as making:
        packed, _ = making.heard("serves it")
    serve = [".venv/bin/boxoffice", "play", "--port", "0", "--no-browser"]
    with closing(Child(serve, clone, PYTHONUNBUFFERED="1")) as serving, _browser(folder) as browser:
        _, url = serving.heard(r"http://\S+")
        opened = perf_counter()
        browser.visit(url)
        browser.until("document.documentElement.dataset.ready === 'true'", PATIENCE_S)
        ready = perf_counter()
        press(browser, "Stories")
        choose(browser, "select[name=bug]", "no-holder-check")
        browser.until(TOLD, PATIENCE_S)
        return {
            "make play, after make demo": packed - began,
            "its page is ready": ready - opened,
            "a story falls in it": perf_counter() - opened,
        }


def _homes(folder: Path) -> dict[str, str]:
    names = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    return {name: str(folder / name.lower()) for name in names}


@contextmanager
def _browser(folder: Path) -> Iterator[Chromium]:
    program = shutil.which("chromium")
    if program is None:
        raise DidNot("there is no chromium; bash tests/real/install.sh installs it")
    browser = Chromium(program, folder / "profile")
    try:
        yield browser
    finally:
        browser.close()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print; return 1 if it took longer than wanted."""
    asked = _parser().parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="boxoffice-first-") as folder:
        try:
            ended = first_break(asked.repository, Path(folder))
            broken_s, whole_s = demo(Path(folder))
            in_tab = tab(Path(folder))
        except (DidNot, Broken) as reason:
            print(reason, file=sys.stderr)
            return MISUSE
    total_s = [*ended.values()][-1]
    _show(ended)
    print(f"{total_s:.0f} s of {WANTED_S:.0f} s, from nothing to a broken run in JupyterLab")
    installed_s = ended["packages of make demo"]
    print(
        f"make demo: {installed_s + broken_s:.0f} s from nothing to a broken run, "
        f"{installed_s + whole_s:.0f} s to the end"
    )
    made_s, ready_s, broken_in_tab_s = in_tab.values()
    print(
        f"the page: {installed_s + made_s:.0f} s from nothing until it can be served; from opening "
        f"it {ready_s:.1f} s until it is ready, {broken_in_tab_s:.1f} s of {WANTED_IN_TAB_S:.0f} s "
        "to a broken run"
    )
    if asked.json is not None:
        figures = ended | {"demo broken": broken_s, "demo": whole_s} | in_tab
        asked.json.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    return int(total_s > WANTED_S or broken_in_tab_s > WANTED_IN_TAB_S)


def _show(ended: dict[str, float]) -> None:
    print(f"{'':<24}{'seconds':>8}{'since the start':>17}")
    before = 0.0
    for step, moment in ended.items():
        print(f"{step:<24}{moment - before:8.1f}{moment:17.1f}")
        before = moment


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.first_break",
        description="From nothing to the first broken run, in seconds.",
    )
    parser.add_argument(
        "--repository", default=HERE.as_uri(), metavar="URL", help="what to clone (this one's HEAD)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    return parser


if __name__ == "__main__":
    sys.exit(main())
