"""The lab: exercises that are put in the place of production code, attacked, and answered."""

from dataclasses import replace
from typing import Any

from scenarios.lab.answer import WHAT, Answer
from scenarios.lab.certificate import certificate
from scenarios.lab.drawing import drawn as show
from scenarios.lab.exercises import EXERCISES, exercise_named
from scenarios.lab.grader import SEEDS, grade
from scenarios.lab.passed import note
from scenarios.lab.predictions import predict
from scenarios.lab.progress import progress_line
from scenarios.lab.words import in_words

__all__ = [
    "EXERCISES",
    "attempt",
    "certificate",
    "exercise_named",
    "grade",
    "in_words",
    "predict",
    "show",
]


def attempt(name: str, function: Any, hints: int = 0) -> Answer:
    """Grade a function as the answer to the exercise of that name, and tell so many hints.

    One that holds is noted down.  Raises: LookupError; ValueError, for no number of hints.
    """
    if hints not in range(len(WHAT) + 1):
        raise ValueError(f"hints is a number from 0 to {len(WHAT)}, not {hints!r}")
    answer = grade(exercise_named(name), function, SEEDS, progress_line(SEEDS))
    note(answer)
    return replace(answer, asked=hints)
