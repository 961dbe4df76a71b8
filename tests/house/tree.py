"""The project's own files, as the house rules see them."""

import re
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

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
CODE_ROOMS = ("services", "sim", "scenarios", "tests", "benchmarks")


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


def pyproject() -> dict[str, Any]:
    """Return what pyproject.toml says of the project."""
    project: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return project


def direct_dependencies() -> list[str]:
    """Return the names of the packages that the project asks for itself."""
    project = pyproject()
    extras = project["optional-dependencies"].values()
    asked = [*project["dependencies"], *(each for extra in extras for each in extra)]
    return sorted({_distribution(each) for each in asked})


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


def _distribution(requirement: str) -> str:
    matched = re.match(r"[A-Za-z0-9._-]+", requirement)
    assert matched, requirement
    return re.sub(r"[-_.]+", "-", matched.group()).lower()
