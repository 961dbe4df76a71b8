"""Killing mutants in the tab: what is asked for, and what a learner's story or facts give away."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from boxoffice.views import run_of
from scenarios.kill.challenges import CHALLENGES, Challenge
from scenarios.kill.grading import grade_file
from scenarios.kill.verbs import verbs
from scenarios.unknown import Unknown, pick

FILE: Final = "mine.py"


def challenges() -> list[dict[str, Any]]:
    """Return all challenges, each with its task as Markdown, what one begins with, and may call."""
    return [
        {
            "name": it.name,
            "tier": it.tier,
            "by": it.by,
            "task": it.page,
            "start": it.starter,
            "verbs": verbs(it),
        }
        for it in CHALLENGES.values()
    ]


def solution(name: str) -> dict[str, str]:
    """Return a file that is enough.  Raises: Unknown."""
    return {"code": _named(name).solution.read_text(encoding="utf-8")}


def graded(name: str, code: str, tell: Callable[[str], object]) -> dict[str, Any]:
    """Grade a file; `runs` is the first twin that survives, after the shop as it is.

    Raises: Unknown.
    """
    with TemporaryDirectory() as folder:
        file = Path(folder) / FILE
        file.write_text(f"{code}\n", encoding="utf-8")
        try:
            grade = grade_file(_named(name), file, lambda twin: tell(f"{name}: {twin}"))
        except Unknown as wrong:
            raise Unknown(str(wrong).replace(str(file), FILE)) from None
        runs = grade.survivors()[:2]
        said = str(grade).replace(str(file), FILE)
    return {"passed": grade.passed, "says": said, "runs": [run_of(it) for it in runs]}


def _named(name: str) -> Challenge:
    return pick("challenge", name, CHALLENGES)
