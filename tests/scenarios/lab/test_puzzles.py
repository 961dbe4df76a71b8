"""Functions that stand in no shop are graded as those of the shop are."""

from collections.abc import Callable
from typing import Any

from pytest import raises

from scenarios.lab import EXERCISES, attempt, grade
from scenarios.lab.record import MOST, Record, Told, says
from scenarios.lab.solutions import SOLUTIONS
from tests.scenarios.lab.test_candidates import said_of


def shrink_to_the_first(things: list[Any], falls: Callable[[list[Any]], bool]) -> list[Any]:
    return next(([it] for it in things if falls([it])), things)


def test_a_puzzle_is_told_in_lines_and_what_proves_it_is_marked() -> None:
    answer = grade(EXERCISES["shrink"], shrink_to_the_first)
    assert not answer.passed
    lines = repr(answer.explore()).splitlines()
    assert lines[0].startswith("  you: begins with ")
    assert [it[:5] for it in lines if it.startswith("✗")] == ["✗ run", "✗ you"]
    assert max(map(len, lines)) <= 80


def test_what_is_too_long_to_be_told_is_left_out_in_the_middle() -> None:
    record = Record()
    for number in range(3 * MOST):
        record.note("you", f"number {number}")
    lines = repr(Told(record.outcome(0, "", (says("so", "it is so"),), ()))).splitlines()
    assert lines[MOST] == f"  … and {MOST} more"
    assert lines[-1] == f"  you: number {3 * MOST - 1}"


def test_what_a_puzzles_function_may_not_do_is_told_with_its_line() -> None:
    def shrink(things: list[Any], falls: Any) -> list[Any]:
        while True:
            things = [*things[1:], things[0]]

    assert "does not come to an end in its line " in said_of(shrink, "shrink")
    assert "raised `ZeroDivisionError" in said_of(lambda runs, names: 1 / 0, "unreached")


def test_a_puzzle_has_another_secret_under_each_seed() -> None:
    wanted = set()

    def listening(things: list[Any], falls: Any) -> Any:
        wanted.add(tuple(kept := SOLUTIONS["shrink"](things, falls)))
        return kept

    assert grade(EXERCISES["shrink"], listening, seeds=20).passed
    assert len(wanted) > 15


def test_an_invariant_that_returns_what_it_finds_has_told_nobody() -> None:
    said = said_of(lambda end: False, "fair")
    assert "returned `False`, where nothing, and `assert` what has to be so, is wanted" in said


def test_hints_that_are_no_number_are_refused_before_anything_is_graded() -> None:
    with raises(ValueError, match="from 0 to 3, not 'one'"):
        attempt("fair", lambda end: None, hints="one")  # type: ignore[arg-type]


def test_an_invariant_of_a_learners_is_held_against_sound_and_broken_clubs() -> None:
    def silent(end: Any) -> None:
        return None

    def loud(end: Any) -> None:
        raise AssertionError("something is wrong")

    fell = [grade(EXERCISES["fair"], it, seeds=12).invariant for it in (silent, loud)]
    assert fell == ["notices", "accuses-nobody"]
