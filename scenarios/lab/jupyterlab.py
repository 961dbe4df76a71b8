"""Opens the notebooks in JupyterLab, on copies that belong to the learner."""

import json
import logging
import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from filecmp import cmp
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from boxoffice.terminal import exit_on_interrupt
from scenarios.lab.passed import BEGUN_WITH

NOTEBOOKS: Final = Path(__file__).resolve().parents[2] / "notebooks"
WORKBENCH: Final = Path("build/lab")  # ignored by git, so that what learners write stays theirs
GLOSSARY: Final = "glossary.md"
SETTINGS: Final = Path(__file__).resolve().parent / "settings"  # what else is not as it comes
HOST: Final = "127.0.0.1"


class CannotOpen(Exception):
    """JupyterLab cannot be opened; the message says what to do about it."""


def open_lab(port: int, browser: bool, folder: Path = WORKBENCH) -> int:
    """Run JupyterLab on 127.0.0.1 until Ctrl-C; return its exit status.  Raises: CannotOpen."""
    if not NOTEBOOKS.is_dir():
        raise CannotOpen("there are no notebooks here; they come with a clone of the project")
    if find_spec("jupyterlab") is None:
        raise CannotOpen("JupyterLab is not installed here; `make lab` installs and opens it")
    look_at(port)
    remarks = lay_out(folder)
    print(f"Your copies are in {folder.resolve()}; delete one to have it fresh again.")
    for remark in remarks:
        print(remark)
    print("JupyterLab is starting; Ctrl-C ends it.", flush=True)
    # A page that goes away at the end leaves tasks whose tracebacks would be the last that is said.
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    with exit_on_interrupt():
        lab = import_module("jupyterlab.labapp").LabApp
    try:
        lab.launch_instance([*words(port, folder), *([] if browser else ["--no-browser"])])
    except KeyboardInterrupt:  # before JupyterLab has begun to listen for it
        print()
    return 0


def words(port: int, folder: Path) -> Iterator[str]:
    """Yield the command line of JupyterLab."""
    first = min(page.name for page in NOTEBOOKS.glob("*.ipynb"))
    server = {
        "ip": HOST,
        "port": port,
        "port_retries": 0,  # a learner who finds two servers does not know which is which
        "root_dir": folder.resolve(),
        "allow_root": True,  # in a container people are root; it listens on loopback alone
        "answer_yes": True,  # to whether Ctrl-C was meant
        "kernel_spec_manager_class": "scenarios.lab.kernels.OneKernel",
        "log_level": "ERROR",
    }
    lab = {
        "default_url": f"/lab/tree/{first}",
        "workspaces_dir": (folder / ".workspaces").resolve(),  # not what was open elsewhere
        # Nothing here asks the network: no news, no look for updates, no list of extensions.
        "app_settings_dir": SETTINGS,
        "news_url": None,
        "check_for_updates_class": "jupyterlab.NeverCheckForUpdate",
        "extension_manager": "readonly",
        "log_level": "ERROR",
    }
    yield from (f"--ServerApp.{name}={value}" for name, value in server.items())
    yield from (f"--LabApp.{name}={value}" for name, value in lab.items())
    yield "--ContentsManager.pre_save_hook=scenarios.lab.stills.keep_stills"
    yield "--KernelManager.transport_encryption=auto"  # or each kernel warns of its plain text


def look_at(port: int) -> None:
    """See whether a port can be had; 0 can always.  Raises: CannotOpen."""
    with closing(socket.socket()) as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((HOST, port))
        except OSError as error:
            raise CannotOpen(
                f"cannot listen on port {port}: {error.strerror}; "
                "`boxoffice lab --port 0` takes one that is free"
            ) from None


def lay_out(folder: Path) -> list[str]:
    """Copy the notebooks; what a learner has written is kept.

    Return what a learner should know of those that are kept, a line each.  Raises: CannotOpen.
    """
    try:
        (folder / BEGUN_WITH).mkdir(parents=True, exist_ok=True)
        shutil.copyfile(NOTEBOOKS / GLOSSARY, folder / GLOSSARY)  # to which they lead
        return [it for page in sorted(NOTEBOOKS.glob("*.ipynb")) for it in _laid(page, folder)]
    except OSError as error:
        where = error.filename or folder
        raise CannotOpen(f"cannot write to {where}: {error.strerror}") from None


def _laid(page: Path, folder: Path) -> Iterator[str]:
    """Copy a notebook unless somebody has written in the copy; yield what to say of one kept."""
    copy, begun_with, fresh = folder / page.name, folder / BEGUN_WITH / page.name, blank(page)
    if not copy.exists() or _same(copy, begun_with):
        for there in (begun_with, copy):
            there.write_text(fresh, encoding="utf-8")
    elif not _is_notebook(copy):
        yield f"{page.name} is no notebook any more; what is in it was left as it is."
    elif begun_with.exists() and begun_with.read_text(encoding="utf-8") != fresh:
        yield f"{page.name} has changed since; you have the one that you began with."


def blank(page: Path) -> str:
    """Return a notebook as it is before anybody has run it: no answer before its question."""
    notebook = json.loads(page.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"


def _same(one: Path, other: Path) -> bool:
    return other.exists() and cmp(one, other, shallow=False)


def _is_notebook(page: Path) -> bool:
    try:
        import_module("nbformat").read(page, 4)
    except Exception:  # it raises what it finds: of JSON, of its schema, of the encoding
        return False
    return True
