"""What the grader says: in words, with hints in three steps, and the smallest failing story."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from importlib import import_module
from typing import Any, Final

from boxoffice import Outcome
from scenarios.lab.record import Told
from scenarios.lab.words import wrapped

WHAT: Final = ("it says which promise was broken", "which two events to look at", "which line")


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer to one attempt.

    `invariant` is what fell first, or empty; `outcome` the failing run with the fewest events.
    One that `is_told` is told in lines: there is nothing to draw.
    """

    exercise: str
    passed: bool
    words: str
    runs: int
    failed: int
    seconds: float
    invariant: str = ""
    hints: Sequence[str] = ()
    outcome: Outcome | None = None
    asked: int = 0  # hints that are told without a further question
    is_told: bool = False

    def hint(self, step: int) -> str:
        """Return one of the three hints: 1 the invariant, 2 the events, 3 the line."""
        if not 1 <= step <= 3:
            return (
                "There are three hints: 1 which invariant, 2 which two events, 3 which line. "
                "A right answer to each exercise is in scenarios/lab/solutions."
            )
        if self.passed:
            return "There is nothing to hint at: your function holds."
        if step > len(self.hints):
            return "There is no such hint: the first thing to mend is said above."
        return wrapped(self.hints[step - 1])

    def explore(self) -> Any:
        """Return the smallest failing story, drawn or told."""
        from scenarios.lab.drawing import drawn

        if self.outcome is None:
            return "There is no failing story to draw."
        return Told(self.outcome) if self.is_told else drawn(self.outcome)

    def __str__(self) -> str:
        return f"{'✓' if self.passed else '✗'} {self.exercise}: {self.words}"

    def __repr__(self) -> str:
        return str(self)

    def _ipython_display_(self) -> None:
        # All in the output of one cell: once the function is mended, nothing of this is left.
        display = import_module("IPython.display").display  # of the extra `lab`
        display({"text/plain": str(self), "text/markdown": self.in_markdown()}, raw=True)
        if self.outcome is not None:
            display(self.explore())

    def in_markdown(self) -> str:
        """Return what a notebook shows above the picture: the words, and the hints asked for."""
        said = f"**{'✓' if self.passed else '✗'} {self.exercise}** – {_escaped(self.words)}"
        if self.passed or not self.hints:
            return said
        told = [f"{step}. {_escaped(hint)}" for step, hint in enumerate(self.hints, 1)]
        said = "\n".join([said, "", *told[: self.asked]])
        if self.asked:
            said += "\n\nA word that is new? It is in the [glossary](glossary.md)."
        if self.asked < len(told):
            more = f"`hints={self.asked + 1}`"
            said += f"\n\nStuck? Write {more} in the last line: {WHAT[self.asked]}."
        return said


def _escaped(words: str) -> str:
    """Return words as Markdown, in which what stands between backquotes is taken as it is."""
    return "`".join(part if at % 2 else escape(part) for at, part in enumerate(words.split("`")))
