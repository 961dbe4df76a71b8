"""Opens the notebooks in JupyterLab, on copies that belong to the learner."""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

NOTEBOOKS: Final = Path(__file__).resolve().parents[2] / "notebooks"
WORKBENCH: Final = Path("build/lab")  # ignored by git, so that what learners write stays theirs


class CannotOpen(Exception):
    """JupyterLab cannot be opened; the message says what to do about it."""


def open_lab(port: int, browser: bool, folder: Path = WORKBENCH) -> int:
    """Run JupyterLab on 127.0.0.1 until Ctrl-C; return its exit status.  Raises: CannotOpen."""
    if find_spec("jupyterlab") is None:
        raise CannotOpen("JupyterLab is not installed here; `make lab` installs and opens it")
    lay_out(folder)
    print(f"Your copies of the notebooks are in {folder}; delete one to have it fresh again.")
    command = [sys.executable, "-m", "jupyterlab", "--ServerApp.ip=127.0.0.1"]
    command += [f"--ServerApp.port={port}", f"--ServerApp.root_dir={folder.resolve()}"]
    command += [] if browser else ["--no-browser"]
    try:
        return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:  # JupyterLab has had it too, and has ended in its own way
        return 0


def lay_out(folder: Path) -> None:
    """Copy the notebooks that are not there yet; what a learner has written is kept.

    Raises: CannotOpen.
    """
    if not NOTEBOOKS.is_dir():
        raise CannotOpen("there are no notebooks here; they come with a clone of the project")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for page in sorted(NOTEBOOKS.glob("*.ipynb")):
            if not (folder / page.name).exists():
                shutil.copyfile(page, folder / page.name)
    except OSError as error:
        raise CannotOpen(f"cannot write to {folder}: {error.strerror}") from None
