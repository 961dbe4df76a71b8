"""What a notebook prints of a run: short lines, nothing lost, the rest counted."""

from pytest import fixture

from boxoffice import faults
from boxoffice.trace.outcome import Outcome
from boxoffice.views.explorer.model import run_of
from boxoffice.world.run import run
from scenarios.catalogue import scenario_named, twin_named
from scenarios.lab import EXERCISES, in_words
from scenarios.lab.words import MOST, WIDE, wrapped

CRASH = faults.crashes("orders", on="write", of="orders.insert_one", at="orders-db", nth=[1])


@fixture(scope="module")
def broken() -> Outcome:
    return run(scenario_named("purchase"), faults=[CRASH], bug=twin_named("no-outbox"))


def breaches(outcome: Outcome) -> list[str]:
    return [
        f"{judged['sign']} {judged['invariant']}: {breach['message']}"
        for judged in run_of(outcome)["judgements"]
        for breach in judged["violations"]
    ]


def test_a_run_that_holds_is_one_line() -> None:
    words = in_words(run(scenario_named("purchase")))
    assert words == "✓ holds: messages posted 8, delivered 13, duplicates 0, gaps 0"


def test_no_line_is_wider_than_a_small_window(broken: Outcome) -> None:
    assert max(len(breach) for breach in breaches(broken)[:MOST]) > WIDE
    assert max(len(line) for line in in_words(broken).splitlines()) <= WIDE


def test_a_line_is_broken_between_words_and_loses_none(broken: Outcome) -> None:
    _, *lines, rest = in_words(broken).splitlines()
    assert " ".join(line.strip() for line in lines) == " ".join(breaches(broken)[:MOST])
    assert rest == f"… and {len(breaches(broken)) - MOST} more"


def test_a_text_keeps_its_own_lines_and_what_goes_on_is_indented() -> None:
    first, second, third = wrapped(f"one\n{'well-known ' * 12}", "  ").splitlines()
    assert (first, second.split()[0], third[:3]) == ("one", "well-known", "  w")
    assert len(second) <= WIDE
    assert "well-known" in second.split()[-1]


def test_an_exercise_is_printed_as_its_task_in_lines_that_a_notebook_need_not_break() -> None:
    assert any(len(line) > WIDE for it in EXERCISES.values() for line in it.task.splitlines())
    for exercise in EXERCISES.values():
        lines = str(exercise).splitlines()
        assert max(map(len, lines)) <= WIDE
        assert " ".join(lines).split() == exercise.task.split()
        assert lines[0] == exercise.task.splitlines()[0]
