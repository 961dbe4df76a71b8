"""What is known by now, in a file: the sample, and what came of each of it."""

import json
from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha256
from pathlib import Path
from typing import Any

from benchmarks.mutation.sample import GROUPS, ROOT, Mutant

Result = dict[str, Any]


class Kept:
    """Results by the key of their mutants; written with each that comes, if there is a file."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._read: dict[str, Any] = {"sample": {}, "found": {}}
        if file is not None and file.exists():
            self._read = json.loads(file.read_text(encoding="utf-8"))
        self.found: dict[str, Result] = self._read["found"]

    def sample(self, size: int, seed: int, draw: Callable[[], list[Mutant]]) -> list[Mutant]:
        """Return the sample, which takes a minute to draw, drawn before if it was of this code."""
        drawn_of = [size, seed, _digest()]
        if self._read["sample"].get("of") != drawn_of:
            mutants = [asdict(it) for it in draw()]
            self._read["sample"] = {"of": drawn_of, "mutants": mutants}
            self._write()
        return [Mutant(**it) for it in self._read["sample"]["mutants"]]

    def add(self, mutant: Mutant, result: Result) -> None:
        """Take down what came of one."""
        self.found[mutant.key] = result
        self._write()

    def _write(self) -> None:
        if self._file is not None:
            text = json.dumps(self._read, indent=1, ensure_ascii=False)
            self._file.write_text(text + "\n", encoding="utf-8")


def _digest() -> str:
    files = [it for globs in GROUPS.values() for glob in globs for it in sorted(ROOT.glob(glob))]
    return sha256(b"".join(it.read_bytes() for it in files)).hexdigest()
