"""Environments that know the wheels and third-party packages, and no checkout."""

import fcntl
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution
from pathlib import Path
from venv import EnvBuilder

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.house import tree

PATIENCE_S = 120
BARE = ("env", "-i", "LC_ALL=C.UTF-8")


@dataclass(frozen=True)
class Environment:
    """An environment, and an empty folder from which it is used."""

    root: Path
    folder: Path

    def line(self, command: str, *words: str) -> list[str]:
        """Return what runs a command of the environment with nothing of this process's own."""
        path, home = f"PATH={self.root / 'bin'}:/usr/bin:/bin", f"HOME={self.folder}"
        return [*BARE, path, home, str(self.root / "bin" / command), *words]

    def run(self, command: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment to its end, in its folder."""
        return subprocess.run(
            self.line(command, *words),
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=PATIENCE_S,
        )


def build(there: Path) -> None:
    """Build both wheels as `make wheels` does, out of the way of a dist/ that is in use."""
    made = ["-o", f"{sys.prefix}/project.stamp", f"VENV={sys.prefix}", f"DIST={there}"]
    command = ["make", "--no-print-directory", *made, "wheels"]
    subprocess.run(command, cwd=tree.ROOT, check=True, capture_output=True, timeout=PATIENCE_S)


def environment(root: Path, wheels: Sequence[Path], others: Iterable[Path]) -> Environment:
    """Make an environment of some wheels, and of some of what is installed here."""
    EnvBuilder(symlinks=True).create(root / "venv")
    (folder := root / "folder").mkdir()
    (links := root / "others").mkdir()
    for each in others:
        (links / each.name).symlink_to(each)
    made = Environment(root / "venv", folder)
    site = made.run("python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    (Path(site.stdout.strip()) / "others.pth").write_text(f"{links}\n")
    if wheels:
        pip = [sys.executable, "-m", "pip", "--python", str(made.root / "bin" / "python")]
        offline = ["install", "--quiet", "--disable-pip-version-check", "--no-deps", "--no-index"]
        subprocess.run([*pip, *offline, *map(str, wheels)], check=True, timeout=PATIENCE_S)
    return made


def needed_by(*packages: str) -> list[Path]:
    """Return what some packages consist of, and those that they need."""
    known: dict[str, Distribution] = {}
    asked = list(packages)
    while asked:
        name = canonicalize_name(asked.pop())
        if name not in known:
            known[name] = distribution(name)
            needed = [Requirement(it) for it in known[name].requires or []]
            asked += [
                it.name for it in needed if not it.marker or it.marker.evaluate({"extra": ""})
            ]
    heads = {
        Path(str(each.locate_file(file.parts[0])))
        for each in known.values()
        for file in each.files or []
        if file.parts[0] not in ("..", "__pycache__")
    }
    return sorted(heads)


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep other workers of the same test session out, for as long as the block takes."""
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
