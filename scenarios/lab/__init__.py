"""The lab: exercises that are put in the place of production code, attacked, and answered."""

from typing import Any

from scenarios.lab.answer import Answer
from scenarios.lab.drawing import drawn as show
from scenarios.lab.exercises import EXERCISES, exercise_named
from scenarios.lab.grader import grade
from scenarios.lab.words import in_words

__all__ = ["EXERCISES", "attempt", "exercise_named", "grade", "in_words", "show"]


def attempt(name: str, function: Any) -> Answer:
    """Grade a function as the answer to the exercise of that name.  Raises: LookupError."""
    return grade(exercise_named(name), function)
