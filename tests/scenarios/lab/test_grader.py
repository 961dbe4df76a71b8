"""A grading of two hundred runs leaves nothing behind, neither between its runs nor afterwards."""

import gc
import weakref
from typing import Any

from pytest import MonkeyPatch

from boxoffice.world.twin import Twin
from scenarios.lab import EXERCISES, grade, grader
from scenarios.lab.candidate import Candidate
from scenarios.lab.picture.rendering import svg
from scenarios.lab.shop import Shop
from scenarios.lab.solutions import SOLUTIONS
from services.common.versioning import Decision

RUNS = 6


def test_a_world_is_gone_before_the_next_one_begins(monkeypatch: MonkeyPatch) -> None:
    worlds: list[weakref.ref[Any]] = []
    left: list[int] = []

    class Watched(Shop):
        def __init__(self, *shaped: Any) -> None:
            left.append(sum(world() is not None for world in worlds))
            super().__init__(*shaped)
            worlds.append(weakref.ref(self.world))

    monkeypatch.setattr(grader, "Shop", Watched)
    assert grade(EXERCISES["commit"], SOLUTIONS["commit"], seeds=RUNS).passed
    assert left == [0] * RUNS


def test_the_garbage_collector_is_left_as_it_was() -> None:
    gc.enable()
    frozen = gc.get_freeze_count()
    grade(EXERCISES["decide"], SOLUTIONS["decide"], seeds=2)
    assert gc.isenabled()
    assert gc.get_freeze_count() == frozen
    gc.disable()
    try:
        grade(EXERCISES["decide"], SOLUTIONS["decide"], seeds=2)
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_what_is_known_of_a_run_is_not_carried_into_the_next() -> None:
    exercise = EXERCISES["decide"]
    candidate = Candidate(exercise, SOLUTIONS["decide"])
    twin = Twin("yours", "your function", "", exercise.target, candidate.stand_in())
    with twin.in_place():
        first, again = (grader.attack(exercise, candidate, seed=1).candidate for _ in range(2))
    assert first.calls == again.calls > 0
    assert first.tracer.steps == again.tracer.steps != []


def test_the_picture_of_a_graded_run_says_whose_function_ran() -> None:
    def decide(*, applied: int, announced: int) -> Decision:
        return Decision.APPLY if announced > applied else Decision.DUPLICATE

    outcome = grade(EXERCISES["decide"], decide).outcome
    assert outcome is not None
    picture = svg(outcome)
    assert f"decide, with your function, seed {outcome.seed}" in picture
    assert "defence" not in picture
