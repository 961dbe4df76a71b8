"""The simulators that are compared: how each is installed, run and read."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
HERE: Final = Path(__file__).parent
LOCK: Final = ROOT / "requirements" / "peers.txt"
PYTEST: Final = ("-m", "pytest", "-q", "-x", "-p", "no:cacheprovider")
# Other plugins of this environment would take their time, too.
ALONE: Final = {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "RUST_BACKTRACE": "0"}

Prepare = Callable[[Path], Sequence[str]]


class Lacking(Exception):
    """What a tool needs is not on this machine; the message says what."""


@dataclass(frozen=True)
class Tool:
    """A simulator: `prepare` makes a folder ready and returns the command that runs the test.

    `found` is how its failure tells the run in which the mistake was found, counted from `first`,
    and `says` how what it has to say begins.
    """

    name: str
    version: str
    file: str
    prepare: Prepare
    found: str
    says: str
    first: int = 0

    @property
    def source(self) -> Path:
        return HERE / self.name / self.file


def newer_python() -> str:
    """Return the newest Python, one that simloop and simloom run on.  Raises: Lacking."""
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    named = [shutil.which(f"python3.{minor}") for minor in (14, 13, 12)]
    for python in [*named, *map(str, sorted(pyenv.glob("versions/3.1[2-9].*/bin/python"))[::-1])]:
        if python and subprocess.run([python, "-c", ""], capture_output=True).returncode == 0:
            return python
    raise Lacking("a Python from 3.12 on")


def boxoffice(folder: Path) -> list[str]:
    shutil.copy(HERE / "boxoffice" / "test_counter.py", folder)
    return [sys.executable, *PYTEST, "-p", "boxoffice.plugin", "--boxoffice-seeds", "5000"]


def python_with_peers(environment: Path) -> str:
    """Return the Python of an environment that has them all.  Raises: Lacking."""
    python = str(environment / "bin" / "python")
    if not environment.exists():
        subprocess.run([newer_python(), "-m", "venv", str(environment)], check=True)
        locked = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "-r", str(LOCK)]
        subprocess.run([python, "-m", "pip", "--quiet", "install", *locked], check=True)
    return python


def in_python(name: str, *options: str) -> Prepare:
    """Return what prepares a Python simulator, with its own plugin of pytest and no other's."""

    def prepare(folder: Path) -> list[str]:
        python = python_with_peers(folder.parent / "environment")
        shutil.copy(HERE / name / "test_counter.py", folder)
        return [python, *PYTEST, *options]

    return prepare


def turmoil(folder: Path) -> list[str]:
    """Build the test, which is not counted.  Raises: Lacking."""
    cargo = shutil.which("cargo")
    if cargo is None:
        raise Lacking("cargo")
    built = folder.parent / "turmoil-built"
    if not built.exists():
        shutil.copytree(HERE / "turmoil", built)
        (built / "src").mkdir()
        (built / "src" / "lib.rs").touch()
        subprocess.run([cargo, "test", "--quiet", "--no-run"], cwd=built, check=True)
    manifest = ["--manifest-path", str(built / "Cargo.toml")]
    return [cargo, "test", "--quiet", "--offline", *manifest]


PLUGINS: Final = {
    "detangle": "detangle.pytest_plugin",
    "simloom": "simloom._pytest_plugin",
    "simloop": "simloop._pytest_plugin",
}
TOOLS: Final = (
    Tool(
        "boxoffice",
        "0.1.0",
        "test_counter.py",
        boxoffice,
        r"both-count\[(\d+)\]",
        "violated: ",
    ),
    Tool(
        "detangle",
        "0.1.0",
        "test_counter.py",
        in_python("detangle", "-p", PLUGINS["detangle"], "--detangle-seed=0", "--detangle-no-db"),
        r"found a bug in \S+ after (\d+) runs?",
        "detangle found a bug",
        first=1,
    ),
    Tool(
        "simloom",
        "0.5.0",
        "test_counter.py",
        in_python("simloom", "-p", PLUGINS["simloom"]),
        r"explored: (\d+) universe",
        "simloom found a failing universe",
        first=1,
    ),
    Tool(
        "simloop",
        "0.2.2",
        "test_counter.py",
        in_python("simloop", "-p", PLUGINS["simloop"]),
        r"failed at seed (\d+)",
        "simloop: failed at seed",
    ),
    Tool("turmoil", "0.7.2", "tests/counter.rs", turmoil, r"seed (\d+)", "panicked at"),
)
