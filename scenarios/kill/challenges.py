"""The challenges: which twins are to be given away, by what, and how many are enough."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from boxoffice import Twin
from scenarios.zoo import TWINS

HERE: Final = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Challenge:
    """One challenge.  `by` is "story" or "facts"; `bar` is how many of its twins are enough."""

    name: str
    tier: str
    by: str
    bar: int
    names: tuple[str, ...]

    @property
    def twins(self) -> list[Twin]:
        """Return its twins, in their order."""
        return [TWINS[name] for name in self.names]

    @property
    def page(self) -> str:
        """Return its task."""
        return (HERE / "pages" / f"{self.name}.md").read_text(encoding="utf-8")

    @property
    def solution(self) -> Path:
        """Return a file that is enough."""
        return HERE / "solutions" / f"{self.name.replace('-', '_')}.py"

    @property
    def starter(self) -> str:
        """Return what a learner begins with."""
        return (HERE / "starters" / f"{self.by}.py").read_text(encoding="utf-8")


CHALLENGES: Final = {
    it.name: it
    for it in (
        Challenge(
            "strangers",
            "easy",
            "story",
            5,
            (
                *("anyone-looks", "anyone-cancels", "anyone-pays", "anyone-edits"),
                *("anyone-lists", "anyone-sees-payments"),
            ),
        ),
        Challenge(
            "two-at-once",
            "easy",
            "story",
            4,
            ("no-unique-hold", "blind-write", "edited-while-reserved", "if-match-ignored"),
        ),
        Challenge(
            "again-and-early",
            "medium",
            "story",
            4,
            (
                *("duplicates-applied", "gaps-jumped", "no-version-check"),
                *("gap-taken-for-duplicate", "replay-is-fatal", "created-twice"),
            ),
        ),
        Challenge(
            "money",
            "medium",
            "facts",
            5,
            (
                *("no-refund", "given-back-in-dollars", "late-charge-kept"),
                *("owed-by-the-clock", "silence-is-failure", "amount-by-float"),
            ),
        ),
        Challenge(
            "dies-in-between",
            "hard",
            "story",
            3,
            ("no-outbox", "removed-then-published", "ack-first", "charged-then-saved"),
        ),
    )
}
