"""The page of a rung: its task, three hints, and what a real system would do."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scenarios.learn.rungs import RUNGS, Rung

HERE: Final = Path(__file__).parent
HINTS: Final = "## Hints"
START: Final = '''"""My shop.  `boxoffice learn` says what it should do."""


async def handle(message, store, bus):
    pass
'''


@dataclass(frozen=True)
class Page:
    """What is read before, on demand, and after."""

    task: str
    hints: list[str]


def page_of(rung: Rung) -> Page:
    """Return the page of a rung."""
    text = (HERE / "pages" / f"{rung.name}.md").read_text(encoding="utf-8")
    task, _, hints = text.partition(HINTS)
    found = [it.partition(".")[2].strip() for it in f"\n{hints.strip()}".split("\n\n")]
    return Page(task.strip(), [" ".join(it.split()) if "```" not in it else it for it in found])


def solution_of(rung: Rung) -> str:
    """Return the reference solution of a rung, which may be that of a lower one: it holds still."""
    lower = RUNGS[: RUNGS.index(rung) + 1]
    files = [HERE / "solutions" / f"{it.name}.py" for it in lower]
    return next(it for it in reversed(files) if it.exists()).read_text(encoding="utf-8")
