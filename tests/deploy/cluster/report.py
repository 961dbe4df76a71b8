"""What each step took and has shown: a line when it is done, a table at the end, and JSON."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from boxoffice.clock.stopwatch import Stopwatch
from tests.deploy.cluster.places import REPORT

WIDTH: Final = 80
NAMED: Final = 20
TIMED: Final = 7


@dataclass
class Step:
    """One row: what was done, the figure that came of it, and how long it took."""

    name: str
    figure: str = ""
    seconds: float = 0.0
    details: dict[str, Any] = field(default_factory=dict)


class Report:
    """The rows so far."""

    def __init__(self) -> None:
        self._watch = Stopwatch()
        self.steps: list[Step] = []

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Take the time of a step, which says its figure; one that fails has none."""
        step, watch = Step(name), Stopwatch()
        self.tell(f"{name} …")
        yield step
        step.seconds = watch.elapsed_s()
        self.steps.append(step)
        self.tell(f"{name}: {step.figure}")

    def tell(self, what: str) -> None:
        """Say how it goes on, with the seconds since the beginning."""
        print(f"{self._watch.elapsed_s():{TIMED}.1f} s  {what}", file=sys.stderr, flush=True)

    def table(self) -> str:
        """Return the rows as people read them."""
        rows = [f"{'step':<{NAMED}}{'what':<{WIDTH - NAMED - TIMED - 2}}{'seconds':>{TIMED + 2}}"]
        room = WIDTH - NAMED - TIMED - 3
        for step in self.steps:
            first, *more = _wrapped(step.figure, room) or [""]
            rows.append(f"{step.name:<{NAMED}}{first:<{room}} {step.seconds:{TIMED + 2}.1f}")
            rows += [f"{'':<{NAMED}}{line}" for line in more]
        total = f"{self._watch.elapsed_s():.1f}"
        return "\n".join([*rows, f"{'all of it':<{NAMED}}{total:>{WIDTH - NAMED}}"])

    def write(self) -> None:
        """Write the rows for programs."""
        rows = [
            {"step": it.name, "figure": it.figure, "seconds": round(it.seconds, 1)} | it.details
            for it in self.steps
        ]
        whole = {"seconds": round(self._watch.elapsed_s(), 1), "steps": rows}
        REPORT.write_text(json.dumps(whole, indent=1) + "\n", encoding="utf-8")


def _wrapped(text: str, room: int) -> list[str]:
    lines = [""]
    for word in text.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > room:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
