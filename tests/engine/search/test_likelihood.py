"""Futures of a run, in copies of the process: the same as by a tape, and when it was decided."""

from boxoffice import Tape
from boxoffice.search import Case, fallen
from boxoffice.search.branching import futures
from boxoffice.search.likelihood import Likelihood, Moment, likelihood
from boxoffice.views.curve import curve_lines
from tests.engine.search.shelves import looks_first, rummage

CASE = Case(rummage, 10, looks_first)


def test_a_copy_plays_the_future_that_a_tape_says():
    wanted = {0.02: [1, 2], 1.2: [4]}
    found = futures(CASE, wanted, jobs=2)
    assert sorted(found) == [(at_s, salt) for at_s in sorted(wanted) for salt in wanted[at_s]]
    for future, fate in found.items():
        outcome = CASE.with_tape(Tape(forks=[future])).play()
        assert fate == (fallen(outcome), outcome.trace.sha256())
    assert len({fate.fell for fate in found.values()}) > 1


def test_where_no_process_can_be_copied_the_same_is_played_from_the_beginning():
    wanted = {0.02: [1, 2], 1e6: [3]}
    assert futures(CASE, wanted, copied=False) == futures(CASE, wanted)
    freed = CASE.with_tape(Tape(steady=True, haste=True, strikes={}))
    by_copies = futures(freed, {0.0: [1]}, freely=True)
    assert futures(freed, {0.0: [1]}, freely=True, copied=False) == by_copies


def test_copies_change_nothing_for_the_run_itself():
    before = CASE.play().trace.sha256()
    futures(CASE, {0.02: [1]})
    assert CASE.play().trace.sha256() == before


def test_after_the_end_there_is_no_future():
    assert futures(CASE, {1e6: [1]}) == {}


def test_what_has_fallen_stays_fallen_and_the_rise_lies_before_it():
    outcome = CASE.play()
    (violation,) = outcome.violations
    found = likelihood(CASE, outcome, "stays-theirs", count=2, rounds=2)
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


def test_links_that_were_made_steady_have_whims_in_futures_alone():
    small = CASE.with_tape(Tape(steady=True, haste=True, strikes={}))
    outcome = small.play()
    assert fallen(outcome) == ("stays-theirs",)
    itself = outcome.trace.sha256()
    assert {it.trace for it in futures(small, {0.0: [1, 2]}).values()} == {itself}
    freed = futures(small, {0.0: [1, 2]}, freely=True)
    assert itself not in {it.trace for it in freed.values()}
    found = likelihood(small, outcome, "stays-theirs", count=2, rounds=1)
    assert found.freed
    assert "links of this run have no whims" in curve_lines(found, outcome.trace)


def test_a_run_in_which_nothing_is_drawn_says_so():
    settled = Moment(0.0, 8, 8)
    found = Likelihood("stays-theirs", [settled], settled, settled, [], settled_s=0.0)
    told = curve_lines(found, CASE.play().trace)
    assert "all futures are this run again" in told
    assert "--strategy random" in told


def test_a_fall_that_no_future_repeats_is_not_said_to_have_been_likely():
    never = Moment(0.0, 0, 8)
    told = curve_lines(Likelihood("stays-theirs", [never], never, never, []), CASE.play().trace)
    assert "no future falls again" in told
    assert "as likely" not in told


def test_no_two_rows_of_a_curve_stand_at_one_time():
    moments = [Moment(at_s, 0, 4) for at_s in (0.0, 0.5e-6, 1.0000005, 1.0003005)]
    likely = Likelihood("stays-theirs", moments, moments[0], moments[0], [])
    rows = curve_lines(likely, CASE.play().trace).splitlines()[1:5]
    assert [row.split()[0] for row in rows] == [
        *("beginning", "00:00.000", "00:01.000000", "00:01.000300")
    ]
