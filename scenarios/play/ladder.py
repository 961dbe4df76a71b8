"""The ladder in the tab: rungs, what they ask for, and what comes of a learner's code on them."""

from collections.abc import Callable
from typing import Any, Final

from boxoffice.views import run_of
from scenarios.learn.checking import AGAIN, Result, check
from scenarios.learn.mistakes import Mistake
from scenarios.learn.pages import START, page_of, solution_of
from scenarios.learn.promises import RUNS
from scenarios.learn.rungs import RUNGS, Rung, rung_named
from scenarios.learn.source import source

FILE: Final = "shop.py"
GLANCE: Final = 20  # stories of a first look, where the bar has more: in a tab that takes minutes
TERMINAL: Final = "boxoffice learn"  # what it says next there, the page has buttons for
BEGIN: Final = START.replace(f"`{TERMINAL}`", "The task")


def ladder() -> dict[str, Any]:
    """Return all rungs, and what an empty file holds."""
    rungs = [
        {
            "name": it.name,
            "title": it.title,
            "seeds": it.seeds,
            "glance": GLANCE if it.seeds > GLANCE else None,
            "stories": stories(it),
            "glances": stories(it, GLANCE),
        }
        for it in RUNGS
    ]
    return {"rungs": rungs, "start": BEGIN}


def stories(rung: Rung, seeds: int | None = None) -> int:
    """Return how many stories a check plays, those of the rungs below included."""
    below = RUNGS[: RUNGS.index(rung)]
    return sum(max(1, (seeds or it.seeds) // AGAIN) for it in below) + (seeds or rung.seeds)


def rung(name: str) -> dict[str, Any]:
    """Return the page of a rung, as Markdown.  Raises: Misuse."""
    page = page_of(rung_named(name))
    return {"task": page.task, "hints": page.hints}


def solution(name: str) -> dict[str, str]:
    """Return one way to do it.  Raises: Misuse."""
    return {"code": solution_of(rung_named(name))}


def checked(
    name: str, code: str, tell: Callable[[str], object], seeds: int | None = None
) -> dict[str, Any]:
    """Play code on a rung and on those below it; `runs` is the smallest story that falls, if any.

    With fewer `seeds` than the bar has, what holds is not passed yet.

    Raises: Misuse.
    """
    asked = rung_named(name)

    def said(rung: Rung, number: int, of: int) -> None:
        tell(f"rung {rung.name}: story {number} of {of}")

    try:
        result = check(asked, source(f"{code}\n", FILE), seeds=seeds, tell=said)
    except Mistake as mistake:
        result = Result(asked, asked, 0, 0, RUNS.name, mistake=str(mistake))
    lines = [it for it in str(result).splitlines() if TERMINAL not in it]
    outcome = result.outcome
    return {
        "holds": result.holds,
        "passed": result.holds and (seeds is None or seeds >= asked.seeds),
        "at": result.rung.name,
        "says": "\n".join(lines),
        "runs": [run_of(outcome)] if outcome else [],
    }
