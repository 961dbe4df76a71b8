"""Futures of a run, in copies of the process: the same as by a tape, and when it was decided."""

from boxoffice import Tape
from boxoffice.search import Case, fallen
from boxoffice.search.branching import futures
from boxoffice.search.likelihood import likelihood
from boxoffice.views.curve import curve_lines
from tests.engine.search.shelves import looks_first, rummage

CASE = Case(rummage, 10, looks_first)


def test_a_copy_plays_the_future_that_a_tape_says():
    wanted = {0.02: [1, 2], 1.2: [4]}
    found = futures(CASE, wanted, jobs=2)
    assert sorted(found) == [(at_s, salt) for at_s in sorted(wanted) for salt in wanted[at_s]]
    for future, fell in found.items():
        assert fell == fallen(CASE.with_tape(Tape(forks=[future])).play())
    assert len(set(found.values())) > 1


def test_copies_change_nothing_for_the_run_itself():
    before = CASE.play().trace.sha256()
    futures(CASE, {0.02: [1]})
    assert CASE.play().trace.sha256() == before


def test_after_the_end_there_is_no_future():
    assert futures(CASE, {1e6: [1]}) == {}


def test_what_has_fallen_stays_fallen_and_the_rise_lies_before_it():
    outcome = CASE.play()
    (violation,) = outcome.violations
    found = likelihood(CASE, outcome, "stays-theirs", count=4, rounds=2)
    fallen_s = outcome.trace.events[max(violation.events)].at_us / 1e6
    assert found.curve[0].at_s == 0.0
    assert found.curve[0].share < 1.0
    assert [it.share for it in found.curve if it.at_s >= fallen_s] == [1.0]
    assert found.before.share < found.after.share
    assert found.before.at_s < found.after.at_s
    assert found.events
    told = curve_lines(found, outcome.trace)
    assert "it became likely at" in told
    assert told.count("◀") == 2
