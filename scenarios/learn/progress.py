"""How far somebody has come, kept in the folder that they work in."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from scenarios.learn.rungs import RUNGS, Rung

PLACE: Final = Path(".boxoffice") / "learn.json"


@dataclass
class Progress:
    """The rungs that were passed, how many hints of each were asked for, and the file."""

    file: str = "shop.py"
    passed: list[str] = field(default_factory=list)
    hints: dict[str, int] = field(default_factory=dict)

    @property
    def next(self) -> Rung | None:
        """The first rung that was not passed; None after the last."""
        return next((it for it in RUNGS if it.name not in self.passed), None)

    def now_at(self, rung: Rung, holds: bool) -> None:
        """Take down how a check went; who falls below loses what is above."""
        place = RUNGS.index(rung)
        through = RUNGS[: place + 1] if holds else RUNGS[:place]
        others = [it for it in self.passed if holds or it in {each.name for each in through}]
        self.passed = list(dict.fromkeys([*(it.name for it in through), *others]))

    def hint(self, rung: Rung, of: int) -> int:
        """Return the number of the next hint; the last one again and again."""
        self.hints[rung.name] = min(self.hints.get(rung.name, 0) + 1, of)
        return self.hints[rung.name]

    def keep(self) -> None:
        """Write it down; where nothing can be written, nothing is remembered."""
        try:
            PLACE.parent.mkdir(exist_ok=True)
            (PLACE.parent / ".gitignore").write_text("*\n", encoding="utf-8")
            PLACE.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        except OSError:
            return


def progress() -> Progress:
    """Return how far somebody has come; nowhere, if nothing readable was kept."""
    try:
        kept = json.loads(PLACE.read_text(encoding="utf-8"))
        known = [it.name for it in RUNGS if it.name in kept["passed"]]
        hints = {str(name): int(count) for name, count in kept["hints"].items()}
        return Progress(str(kept["file"]), known, hints)
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return Progress()
