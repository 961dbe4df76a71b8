"""Failures that were found are kept beside the project, and played first the next time.

They are in `.boxoffice/falls.json` of the working directory: tokens, by what was explored.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from boxoffice.atomic_files import atomic_write

FILE: Final = Path(".boxoffice") / "falls.json"
MOST: Final = 20  # of each kind of search; the oldest are forgotten


class Kept:
    """The tokens that are kept of one search, named by what it explores."""

    def __init__(self, plan: str, file: Path = FILE) -> None:
        self._plan = plan
        self.file = file

    @property
    def tokens(self) -> list[str]:
        """The tokens, the newest last; none, where nothing can be read."""
        return (self._all() or {}).get(self._plan, [])

    @property
    def is_damaged(self) -> bool:
        """Whether there is a file, and it cannot be read; then it is left as it is."""
        return self._all() is None

    def keep(self, tokens: Sequence[str]) -> bool:
        """Keep these tokens, and no others of this search; return whether that could be done."""
        known = self._all()
        if known is None:
            return False
        every = {**known, self._plan: list(dict.fromkeys(tokens))[-MOST:]}
        if every == known or (not tokens and not self.file.exists()):
            return True
        try:
            self.file.parent.mkdir(exist_ok=True)
            (self.file.parent / ".gitignore").write_text("*\n", encoding="utf-8")
            with atomic_write(self.file) as there:
                there.write_text(json.dumps(every, indent=2) + "\n", encoding="utf-8")
        except OSError:
            return False
        return True

    def _all(self) -> dict[str, list[str]] | None:
        try:
            said = json.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError):
            return None
        if not isinstance(said, dict) or not all(isinstance(it, list) for it in said.values()):
            return None
        if not all(isinstance(token, str) for each in said.values() for token in each):
            return None
        return said
