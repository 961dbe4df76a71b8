"""Failures that were found are kept beside the project, and played first the next time.

They are in `.boxoffice/falls.json` of the working directory: tokens, by what was explored.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

FILE: Final = Path(".boxoffice") / "falls.json"
MOST: Final = 20  # of each kind of search; the oldest are forgotten


class Kept:
    """The tokens that are kept of one search, named by what it explores."""

    def __init__(self, plan: str, file: Path = FILE) -> None:
        self._plan = plan
        self._file = file

    @property
    def tokens(self) -> list[str]:
        """The tokens, the newest last; none, where nothing can be read."""
        return self._all().get(self._plan, [])

    def keep(self, tokens: Sequence[str]) -> None:
        """Keep these tokens, and no others of this search; where nothing can be written, none."""
        every = {**self._all(), self._plan: list(dict.fromkeys(tokens))[-MOST:]}
        if every == self._all() or (not tokens and not self._file.exists()):
            return
        try:
            self._file.parent.mkdir(exist_ok=True)
            (self._file.parent / ".gitignore").write_text("*\n", encoding="utf-8")
            beside = self._file.with_suffix(".part")
            beside.write_text(json.dumps(every, indent=2) + "\n", encoding="utf-8")
            beside.replace(self._file)
        except OSError:
            return  # what is found is printed all the same

    def _all(self) -> dict[str, list[str]]:
        try:
            said = json.loads(self._file.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(said, dict):
            return {}
        return {str(plan): [str(it) for it in each] for plan, each in said.items()}
