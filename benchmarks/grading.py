"""What it takes to grade an answer of the lab, right or wrong.

python -m benchmarks.grading [--rounds 3] [EXERCISE …]

A right answer meets all seeds; a wrong one fewer, but its failing runs may be long.
"""

import argparse
from collections.abc import Iterator
from statistics import median
from typing import Any, NamedTuple

from scenarios.lab import EXERCISES, exercise_named, grade
from scenarios.lab.exercise import Task
from scenarios.lab.grader import SEEDS
from scenarios.lab.solutions import SOLUTIONS
from scenarios.lab.wrong import WRONG

HEAD = f"exercise    {SEEDS} seeds    runs/s   slowest wrong answer"


class Graded(NamedTuple):
    """One answer, and the median seconds that its grading took."""

    name: str
    seconds: float


def main() -> None:
    parser = argparse.ArgumentParser(description="What it takes to grade an answer.")
    parser.add_argument("--rounds", type=int, default=3, metavar="N")
    parser.add_argument("exercises", nargs="*", metavar="EXERCISE")
    asked = parser.parse_args()
    try:
        chosen = [exercise_named(name) for name in asked.exercises or EXERCISES]
    except LookupError as unknown:
        parser.error(str(unknown))
    print(HEAD)
    for exercise in chosen:
        right_s = graded_s(exercise, SOLUTIONS[exercise.name], asked.rounds)
        slowest = max(wrong_answers(exercise, asked.rounds), key=lambda it: it.seconds)
        print(
            f"{exercise.name:<11} {right_s:>7.2f} s {SEEDS / right_s:>9.0f}"
            f"   {slowest.seconds:.2f} s, {slowest.name}",
            flush=True,
        )


def wrong_answers(exercise: Task, rounds: int) -> Iterator[Graded]:
    """Grade each typical wrong answer to an exercise."""
    for wrong in WRONG:
        if wrong.exercise == exercise.name:
            yield Graded(wrong.name, graded_s(exercise, wrong.function, rounds))


def graded_s(exercise: Task, function: Any, rounds: int) -> float:
    """Return the median seconds of grading an answer so many times."""
    return median(grade(exercise, function).seconds for _ in range(rounds))


if __name__ == "__main__":
    main()
