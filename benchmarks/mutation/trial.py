"""A mutant is tried: storms first, and what they do not find, the suite."""

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from benchmarks.mutation.limited import Ended, ended
from benchmarks.mutation.sample import ROOT, Mutant

COPIED: Final = ("services", "sim", "scenarios", "tests", "examples", "README.md", "conftest.py")
STORMS: Final = ("-m", "boxoffice", "explore", "--fresh", "--shrink-time", "0", "--jobs", "1")
# What the suite has of the part that a file belongs to; all rooms but the shared one are small.
TESTS: Final = {
    "common": [
        f"tests/services/common/test_{name}.py"
        for name in (
            *("aggregate", "dead_letters", "failures", "gaps", "garbage", "lanes", "measures"),
            *("messaging", "one_trace", "outages", "outbox", "patience", "side_by_side"),
            *("tracing", "versioning"),
        )
    ]
}
STORIES: Final = ("scenarios/stories", "--seeds", "1")
PYTEST: Final = ("-m", "pytest", "-x", "-q", "-p", "no:cacheprovider")
BEGIN_S: Final = 30.0  # of the processor, beside what sound runs take, several times over
A_RUN_S: Final = 0.25
SUITE_S: Final = 900.0


@dataclass(frozen=True, slots=True)
class Verdict:
    """What found it, by which invariant or test, and, of storms, after how many runs.

    `found_by` is "storms", "suite", or "" for nothing; "start", if not a run came to its end: then
    nobody has to look for it.  `processor_s` is what all of it took.
    """

    found_by: str
    by: str = ""
    runs: int = 0
    processor_s: float = 0.0


class Tree:
    """A copy of the checkout, in which one file at a time is another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        for name in (*COPIED, "pyproject.toml"):
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, folder / name, ignore=_caches)
            else:
                shutil.copy(ROOT / name, folder / name)

    def storms(self, mutant: Mutant, runs: int) -> Verdict:
        """Play storms until one falls, at most so many."""
        result = self._folder / "explored.json"
        result.unlink(missing_ok=True)
        command = [*STORMS, "--runs", str(runs), "--json", result.name]
        took = self._run(mutant, command, BEGIN_S + A_RUN_S * runs)
        if not result.exists():
            return Verdict("start", took.why, processor_s=took.processor_s)
        explored = json.loads(result.read_text(encoding="utf-8"))
        fell = ", ".join(name for each in explored["findings"][:1] for name in each["fell"])
        return Verdict("storms" if fell else "", fell, explored["runs"], took.processor_s)

    def suite(self, mutant: Mutant) -> Verdict:
        """Run the unit tests of its room, then all stories."""
        spent_s, room = 0.0, mutant.path.split("/")[1]
        for what in (TESTS.get(room, [f"tests/services/{room}"]), STORIES):
            took = self._run(mutant, [*PYTEST, *what], SUITE_S)
            spent_s += took.processor_s
            if took.status != 0:
                return Verdict("suite", took.why, processor_s=spent_s)
        return Verdict("", processor_s=spent_s)

    def _run(self, mutant: Mutant, command: Sequence[str], limit_s: float) -> Ended:
        file = self._folder / mutant.path
        sound = file.read_text(encoding="utf-8")
        _rewrite(file, mutant.text)
        try:
            return ended([sys.executable, *command], self._folder, limit_s)
        finally:
            _rewrite(file, sound)


def _rewrite(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    # What was compiled is known by its second and its length, which may both be the same.
    for compiled in file.parent.glob(f"__pycache__/{file.stem}.*.pyc"):
        compiled.unlink()


def _caches(folder: Any, names: list[str]) -> list[str]:
    return [it for it in names if it in ("__pycache__", ".pytest_cache", ".hypothesis")]
