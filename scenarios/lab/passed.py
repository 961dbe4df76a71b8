"""Which exercises a learner has passed: noted beside the notebooks, known in the next kernel."""

import json
from pathlib import Path
from typing import Final

from boxoffice.terminal import atomic_write
from scenarios.lab.answer import Answer
from scenarios.put_aside import put_aside

NOTES: Final = ".passed.json"
BEGUN_WITH: Final = ".begun-with"  # as they were copied, below the folder of a learner's copies

_here: dict[str, int] = {}  # exercise → seeds, of this kernel


def note(answer: Answer, folder: Path | None = None) -> None:
    """Note an answer that holds; in a file where the notebooks are a learner's own."""
    if not answer.passed:
        return
    _here[answer.exercise] = answer.runs
    folder = folder or Path.cwd()
    if (folder / BEGUN_WITH).is_dir():
        with atomic_write(folder / NOTES) as there:
            there.write_text(json.dumps(passed(folder), indent=1) + "\n", encoding="utf-8")


def passed(folder: Path | None = None) -> dict[str, int]:
    """Return under how many seeds each exercise was passed, by its name.

    A file that is damaged is put aside.
    """
    notes = (folder or Path.cwd()) / NOTES
    try:
        noted = json.loads(notes.read_text(encoding="utf-8"))
        before = {str(name): _seeds(seeds) for name, seeds in noted.items()}
    except OSError:  # none yet
        before = {}
    except (ValueError, AttributeError, TypeError):
        put_aside(notes)
        before = {}
    return before | _here


def _seeds(noted: object) -> int:
    if not isinstance(noted, int) or noted <= 0:
        raise ValueError(f"{noted!r} is no number of seeds")
    return noted
