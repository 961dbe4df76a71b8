"""Right answers pass, and each typical wrong one fails for the reason that it teaches."""

import re
import subprocess
import sys
import time
from collections.abc import Sequence

from pytest import mark, param

from boxoffice.views.time_format import format_time
from boxoffice.world.twin import Twin
from scenarios.lab import EXERCISES, grade
from scenarios.lab.candidate import Candidate
from scenarios.lab.grader import FIRST_SEED, SEEDS, attack
from scenarios.lab.solutions import SOLUTIONS
from scenarios.lab.wrong import WRONG, WrongAnswer
from services.common.aggregate import Aggregates, _changes
from services.common.errors import Conflict
from services.common.events import Document, Event
from tests.real.tiers import sampled, unhurried

PATIENCE_S = (
    50.0  # of computing: ten times what learners are promised, for machines that others share
)
NAMED = [param(wrong, id=f"{wrong.exercise} {wrong.name}") for wrong in WRONG]


@mark.parametrize("name", sampled(EXERCISES, every=100))
def test_a_reference_solution_holds_under_every_seed_within_seconds(name: str) -> None:
    before_s = time.process_time()
    answer = grade(EXERCISES[name], SOLUTIONS[name])
    assert answer.passed, (answer, *answer.hints)
    assert answer.runs == SEEDS
    assert time.process_time() - before_s < PATIENCE_S


@mark.parametrize("wrong", sampled(NAMED, every=60))
def test_a_typical_wrong_answer_fails_for_the_reason_it_teaches(wrong: WrongAnswer) -> None:
    exercise = EXERCISES[wrong.exercise]
    answer = grade(exercise, wrong.function)
    assert not answer.passed
    assert answer.invariant == wrong.invariant, answer.hints
    which, events, line = answer.hints
    assert which.startswith(wrong.invariant)
    assert wrong.line in line
    assert answer.outcome is not None
    assert line.endswith(exercise.reason(answer.outcome.violations[0]))
    assert exercise.reasons[wrong.invariant]
    there = {(format_time(it.at_us), it.host) for it in answer.outcome.trace.events}
    named = re.findall(r"(\d\d:\d\d\.\d{3}) ([\w-]+):", events)
    assert len(named) == 2
    assert set(named) <= there
    proven = wrong.invariant not in ("story", "nothing-stuck")  # of an absence there is no proof
    assert bool(answer.outcome.violations[0].events) >= proven


@mark.parametrize("wrong", sampled(NAMED[::9], every=20))
def test_a_wrong_answer_comes_with_the_smallest_story_met(wrong: WrongAnswer) -> None:
    answer = grade(EXERCISES[wrong.exercise], wrong.function)
    assert answer.outcome is not None
    assert f"{len(answer.outcome.trace.events)} events" in answer.words
    if answer.is_told:
        assert answer.outcome.trace.events[-1]["what"][:20] in repr(answer.explore())
    else:
        assert "<svg" in answer.explore()._repr_mimebundle_()["image/svg+xml"]


async def writes_into_any(
    self: Aggregates, before: int, state: Document, events: Sequence[Event]
) -> None:
    announced = {"$push": {"outbox": {"$each": self._outbox.seal(events)}}}
    found = await self._documents.update_one({self._counter: before}, _changes(state) | announced)
    if found.matched_count == 0:
        raise Conflict(state["_id"])
    self._outbox.wake()


@unhurried
def test_an_answer_that_writes_into_any_document_is_told_what_the_store_refused() -> None:
    answer = grade(EXERCISES["commit"], writes_into_any)
    assert not answer.passed
    assert "Your function raised `DuplicateKeyError: E11000" in answer.words
    assert "found = await self._documents.update_one" in answer.words


@unhurried
def test_the_same_answer_is_given_twice() -> None:
    wrong = WRONG[0]
    first, again = (grade(EXERCISES[wrong.exercise], wrong.function) for _ in range(2))
    assert (first.words, first.hints) == (again.words, again.hints)


TELL = """
from scenarios.lab import EXERCISES, grade
from scenarios.lab.wrong import WRONG
for wrong in WRONG[::11]:
    answer = grade(EXERCISES[wrong.exercise], wrong.function)
    print(answer, *answer.hints, answer.outcome.trace.sha256(), sep="\\n")
"""


@unhurried
def test_another_process_with_other_hashes_says_the_same() -> None:
    told = [
        subprocess.run(
            [sys.executable, "-c", TELL],
            env={"PYTHONHASHSEED": hashes},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hashes in ("1", "4711")
    ]
    assert told[0] == told[1] != ""


@mark.parametrize("name", sampled(["decide", "commit", "release"], every=3))
def test_the_smallest_story_of_its_kind_is_chosen(name: str) -> None:
    exercise = EXERCISES[name]
    wrong = next(it for it in WRONG if it.exercise == name)
    answer = grade(exercise, wrong.function)
    candidate = Candidate(exercise, wrong.function)
    twin = Twin("yours", "your function", "", exercise.target, candidate.stand_in())
    sizes = []
    with twin.in_place():
        for seed in range(FIRST_SEED, FIRST_SEED + answer.runs):
            outcome = attack(exercise, candidate, seed).outcome
            if any(it.invariant == answer.invariant for it in outcome.violations):
                sizes.append(len(outcome.trace.events))
    assert answer.outcome is not None
    assert len(answer.outcome.trace.events) == min(sizes)


def test_the_second_hint_says_which_version_and_what_was_decided_of_it() -> None:
    wrong = next(it for it in WRONG if it.name == "asks-the-wrong-version")
    published, passed = grade(EXERCISES["seen"], wrong.function).hints[1].split(", and at ")
    assert published.endswith("publishes order.created order 1 (v0)")
    assert passed.endswith("passes over order.created order 1 (v0, duplicate)")


def test_each_exercise_has_a_solution_and_a_wrong_answer() -> None:
    assert set(SOLUTIONS) == set(EXERCISES) == {wrong.exercise for wrong in WRONG}


def test_each_notebook_has_at_least_two_exercises() -> None:
    notebooks = [exercise.notebook for exercise in EXERCISES.values()]
    assert min(notebooks.count(number) for number in set(notebooks)) >= 2
    assert set(notebooks) == set(range(1, max(notebooks) + 1)) - {7}  # in which a test is written
