"""The project's own files, as the house rules see them."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
# What a run, an installation or an editor leaves behind; .gitignore has the whole list.
MADE = {
    ".git",
    ".venv",
    ".real",
    "__pycache__",
    ".mypy_cache",
    ".ruff_cache",
    ".pytest_cache",
    ".import_linter_cache",
    ".hypothesis",
    ".ipynb_checkpoints",
    ".idea",
    ".vscode",
    "node_modules",
    "build",
    "dist",
    "reports",
}
PROJECTS = (".", "sim")
SERVERS = ("mongo", "nats", "redis", "stripe")  # what a world has, each an extra of the engine
CODE_ROOMS = ("services", "sim", "scenarios", "tests", "benchmarks", "examples")


def files() -> list[Path]:
    """Return every file of the project, leaving out what is ignored."""
    names = _listed_by_git() or _found()
    return [ROOT / name for name in sorted(names) if (ROOT / name).is_file()]


def modules(*rooms: str) -> list[Path]:
    """Return the Python files below `rooms`, or below every room of code."""
    wanted = rooms or CODE_ROOMS
    return [path for path in files() if path.suffix == ".py" and name(path).startswith(wanted)]


def name(path: Path) -> str:
    """Return the path as the project's own files spell it."""
    return path.relative_to(ROOT).as_posix()


def texts() -> Iterator[tuple[str, str]]:
    """Yield the name and the text of every file that is text."""
    for path in files():
        try:
            yield name(path), path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue


def pyproject(folder: str = ".") -> dict[str, Any]:
    """Return what a pyproject.toml says of its project: the root's, or that of `sim`."""
    text = (ROOT / folder / "pyproject.toml").read_text()
    project: dict[str, Any] = tomllib.loads(text)["project"]
    return project


def requirements(folder: str, *extras: str) -> list[Requirement]:
    """Return what a project asks for: always, and with some of its extras."""
    project = pyproject(folder)
    lists = [project["dependencies"], *(project["optional-dependencies"][it] for it in extras)]
    return [Requirement(each) for asked in lists for each in asked]


def production() -> list[Requirement]:
    """Return what the services ask for in production."""
    lines = (ROOT / "requirements" / "production.in").read_text().splitlines()
    return [Requirement(line) for line in lines if not line.startswith("#")]


def extras(folder: str) -> list[str]:
    """Return the names of a project's extras, without the one for its tests."""
    return [each for each in pyproject(folder)["optional-dependencies"] if each != "test"]


def direct_requirements() -> list[Requirement]:
    """Return all that either project asks for itself."""
    return [
        each
        for folder in PROJECTS
        for each in requirements(folder, *pyproject(folder)["optional-dependencies"])
    ]


def direct_dependencies() -> list[str]:
    """Return the names of the packages that the two projects ask for themselves."""
    return sorted({canonicalize_name(each.name) for each in direct_requirements()})


def locked(lock: str) -> dict[str, str]:
    """Return `{package: version}` of one file of requirements/."""
    text = (ROOT / "requirements" / lock).read_text()
    return dict(re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", text, re.MULTILINE))


def _listed_by_git() -> set[str]:
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    except (OSError, subprocess.CalledProcessError):
        return set()
    return set(listed.stdout.split("\0")) - {""}


def _found() -> set[str]:
    """Return what is there, for a copy of the project that came without its history."""
    inside = (path.relative_to(ROOT) for path in ROOT.rglob("*"))
    return {path.as_posix() for path in inside if MADE.isdisjoint(path.parts)}
