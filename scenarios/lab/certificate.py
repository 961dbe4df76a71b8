"""What was passed, under how many seeds, as a picture to keep; and what to do next."""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any, Final

from scenarios.lab.exercises import EXERCISES
from scenarios.lab.passed import passed

_WIDE: Final = 680
_LINE: Final = 26
_TOP: Final = 96
_FONT: Final = "font-family='system-ui, sans-serif'"
_INK, _QUIET, _PAPER, _GOOD = "#1c2126", "#5c6670", "#ffffff", "#00693e"


@dataclass(frozen=True, slots=True)
class Certificate:
    """The exercises that hold: name → seeds."""

    passed: Mapping[str, int]

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left."""
        return self.passed.keys() >= EXERCISES.keys()

    def save(self, page: str | Path = "certificate.svg") -> Path:
        """Write the picture to a file, and return where it is."""
        there = Path(page)
        there.write_text(self.svg() + "\n", encoding="utf-8")
        return there.resolve()

    def __repr__(self) -> str:
        lines = [f"{len(self._held)} of {len(EXERCISES)} exercises passed."]
        lines += [f"✓ {name}: {self.passed[name]} seeds" for name in self._held]
        return "\n".join([*lines, f"Next: {self._next}"])

    def _repr_mimebundle_(self, **_: Any) -> dict[str, str]:
        return {"text/plain": repr(self), "image/svg+xml": self.svg()}

    @property
    def _held(self) -> list[str]:
        return [name for name in EXERCISES if name in self.passed]

    @property
    def _next(self) -> str:
        for name, exercise in EXERCISES.items():
            if name not in self.passed:
                return f"{name}, in notebook {exercise.notebook}."
        return "boxoffice learn, which begins with an empty file."

    def svg(self) -> str:
        """Return the picture, which needs no script and no font of its own."""
        high = _TOP + _LINE * len(EXERCISES) + 64
        rows = [self._row(name, _TOP + _LINE * at) for at, name in enumerate(EXERCISES)]
        runs = sum(self.passed[name] for name in self._held)
        title = "All of it holds" if self.is_whole else "What holds so far"
        said = f"{len(self._held)} of {len(EXERCISES)} exercises, {runs:,} runs without a breach"
        return "".join(
            [
                f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 {_WIDE} {high}' ",
                f"width='{_WIDE}' height='{high}' role='img' {_FONT}>",
                f"<title>{escape(title)}: {escape(said)}</title>",
                f"<rect x='1' y='1' width='{_WIDE - 2}' height='{high - 2}' rx='8' ",
                f"fill='{_PAPER}' stroke='{_QUIET}'/>",
                _text(28, 44, f"Boxoffice: {title}", _INK, "font-size='22' font-weight='700'"),
                _text(28, 70, said, _QUIET, "font-size='14'"),
                *rows,
                _text(28, high - 26, f"Next: {self._next}", _INK, "font-size='14'"),
                "</svg>",
            ]
        )

    def _row(self, name: str, y: int) -> str:
        exercise, holds = EXERCISES[name], name in self.passed
        seeds = f"{self.passed[name]} seeds" if holds else "open"
        ink = _GOOD if holds else _QUIET
        about = exercise.task.splitlines()[0]
        return "".join(
            [
                _text(28, y + 16, "✓" if holds else "·", ink, "font-size='15' font-weight='700'"),
                _text(52, y + 16, name, _INK if holds else _QUIET, "font-size='14'"),
                _text(160, y + 16, _short(about), _QUIET, "font-size='13'"),
                _text(_WIDE - 28, y + 16, seeds, ink, "font-size='13' text-anchor='end'"),
            ]
        )


def certificate() -> Certificate:
    """Return what the learner of this notebook has passed."""
    return Certificate(passed())


def _short(text: str) -> str:
    return text if len(text) <= 55 else text[:54].rstrip() + "…"


def _text(x: int, y: int, said: str, ink: str, style: str) -> str:
    return f"<text x='{x}' y='{y}' fill='{ink}' {style}>{escape(said)}</text>"
