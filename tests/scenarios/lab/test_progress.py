"""While many runs are played, a line tells how far they are; the answer says why they ended."""

from io import StringIO

from scenarios.lab import EXERCISES, grade
from scenarios.lab.progress import ProgressLine, is_watched
from scenarios.lab.solutions import SOLUTIONS
from scenarios.lab.wrong import WRONG


def shown(text: str) -> list[str]:
    """Return what a terminal shows one after the other in the place of one line."""
    return [it.rstrip("\n") for it in text.split("\r") if it]


def test_a_line_is_written_over_as_the_runs_go_on_and_tells_the_end() -> None:
    there = StringIO()
    grade(EXERCISES["decide"], SOLUTIONS["decide"], seeds=12, line=ProgressLine(there, 12))
    lines = shown(there.getvalue())
    assert [it.split()[1] for it in lines] == ["5", "10", "12"]
    assert lines[-1] == "▰" * 20 + "  12 of 12 seeds played,  0 fell"
    assert there.getvalue().endswith("\n")
    assert len({len(it) for it in lines}) == 1


def test_nothing_is_told_of_what_is_not_played() -> None:
    there = StringIO()
    grade(EXERCISES["decide"], None, line=ProgressLine(there, 200))
    assert there.getvalue() == ""


def test_where_nobody_looks_there_is_no_line() -> None:
    assert not is_watched(StringIO())


def test_it_is_said_why_it_stopped_before_the_last_seed() -> None:
    wrong = next(it for it in WRONG if it.name == "looks-before-it-inserts")
    answer = grade(EXERCISES[wrong.exercise], wrong.function)
    assert answer.runs < 200
    assert f"in {answer.failed} of {answer.runs} runs, and 15 are enough" in answer.words


def test_an_answer_that_falls_now_and_then_is_played_to_the_end_and_not_said_to_stop() -> None:
    wrong = next(it for it in WRONG if it.name == "looks-before-it-inserts")
    answer = grade(EXERCISES[wrong.exercise], wrong.function, seeds=20)
    assert 0 < answer.failed < 15
    assert answer.words.startswith(f"It falls in {answer.failed} of 20 runs. The smallest")
