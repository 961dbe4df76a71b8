"""How far somebody has come, kept in the folder that they work in."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

from boxoffice.terminal import atomic_write
from scenarios.learn.rungs import RUNGS, Rung
from scenarios.put_aside import put_aside

PLACE: Final = Path(".boxoffice") / "learn.json"


@dataclass
class Progress:
    """The rungs that each file has passed, how many hints of each were asked for, and the file.

    `file` is the one that goes on: another is only tried until it passes something.
    """

    file: str = "shop.py"
    of: dict[str, list[str]] = field(default_factory=dict)
    hints: dict[str, int] = field(default_factory=dict)

    @property
    def passed(self) -> list[str]:
        """The rungs that this file has passed."""
        return self.of.get(self.file, [])

    @property
    def next(self) -> Rung | None:
        """The first rung that was not passed; None after the last."""
        return next((it for it in RUNGS if it.name not in self.passed), None)

    def now_at(self, file: str, rung: Rung, holds: bool) -> list[str]:
        """Take down how a check of a file went; return which rungs it has to pass again.

        Who falls below loses what is above.
        """
        before, place = self.of.get(file, []), RUNGS.index(rung)
        through = [it.name for it in (RUNGS[: place + 1] if holds else RUNGS[:place])]
        others = [it for it in before if holds or it in through]
        now = list(dict.fromkeys([*through, *others])) if holds or before else []
        self.of[file] = now
        if holds or not self.passed:
            self.file = file
        return [it for it in before if it not in now]

    def hint(self, rung: Rung, of: int) -> int:
        """Return the number of the next hint; the last one again and again."""
        self.hints[rung.name] = min(self.hints.get(rung.name, 0) + 1, of)
        return self.hints[rung.name]

    def keep(self) -> str:
        """Write it down; return why nothing can be remembered, if so."""
        try:
            PLACE.parent.mkdir(exist_ok=True)
            (PLACE.parent / ".gitignore").write_text("*\n", encoding="utf-8")
            with atomic_write(PLACE) as there:
                there.write_text(json.dumps(asdict(self), indent=2) + "\n", encoding="utf-8")
        except OSError as error:
            return f"nothing is remembered, since {PLACE} cannot be written: {error.strerror}"
        return ""


def progress() -> Progress:
    """Return how far somebody has come; nowhere, if nothing was kept.

    What is damaged is put aside.
    """
    try:
        kept = json.loads(PLACE.read_text(encoding="utf-8"))
        known = {
            str(file): [it.name for it in RUNGS if it.name in passed]
            for file, passed in kept["of"].items()
        }
        hints = {str(name): int(count) for name, count in kept["hints"].items()}
        return Progress(str(kept["file"]), known, hints)
    except OSError:
        return Progress()
    except (ValueError, KeyError, TypeError, AttributeError):
        put_aside(PLACE)
        return Progress()
