"""Failures that were found are kept beside the project, and played first the next time.

They are in `.boxoffice/falls.json` of the working directory: tokens, by what was explored.
"""

import json
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Final

from boxoffice.atomic_files import alone_in, atomic_write

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

    def keep(self, tokens: Sequence[str], forget: Collection[str] = ()) -> bool:
        """Keep these tokens too, and forget others; return whether that could be done.

        What another search has kept meanwhile stays.
        """
        if not tokens and not self.file.exists():
            return True
        try:
            self.file.parent.mkdir(exist_ok=True)
            with alone_in(self.file.parent):
                return self._change(tokens, forget)
        except OSError:
            return False

    def _change(self, tokens: Sequence[str], forget: Collection[str]) -> bool:
        known = self._all()
        if known is None:
            return False
        mine = [it for it in known.get(self._plan, []) if it not in forget]
        every = {**known, self._plan: list(dict.fromkeys([*mine, *tokens]))[-MOST:]}
        if every != known:
            (self.file.parent / ".gitignore").write_text("*\n", encoding="utf-8")
            with atomic_write(self.file) as there:
                there.write_text(json.dumps(every, indent=2) + "\n", encoding="utf-8")
        return True

    def _all(self) -> dict[str, list[str]] | None:
        try:
            said = json.loads(self.file.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, RecursionError):
            return None
        if not isinstance(said, dict) or not all(isinstance(it, list) for it in said.values()):
            return None
        if not all(isinstance(token, str) for each in said.values() for token in each):
            return None
        return said
