"""A failing run is made small, and stays a run in which the same thing falls."""

from dataclasses import replace
from functools import cache
from itertools import islice

from boxoffice.search import Case, fallen, shrink
from boxoffice.views.smallest import LONGEST, size_line, smallest_story
from tests.engine.search.shelves import looks_first, rummage
from tests.real.tiers import unhurried

SEEDS = range(40)


@cache
def first():
    """Return a failing case, and what it becomes."""
    case, outcome = next(failing())
    return case, shrink(case, outcome)


def failing():
    for seed in SEEDS:
        case = Case(rummage, seed, looks_first)
        outcome = case.play()
        if fallen(outcome):
            yield case, outcome


@unhurried
def test_two_people_and_one_book_are_all_that_is_left():
    sizes = []
    for case, outcome in islice(failing(), 3):
        shrunk = shrink(case, outcome)
        kept = shrunk.case.tape.kept(rummage.drawn(case.seed).deeds)
        assert shrunk.is_minimal
        assert [deed.does for deed in kept].count("takes") == 2
        assert len({deed.who for deed in kept}) == 2
        assert len({deed.what["book"] for deed in kept}) == 1
        sizes.append(len(kept))
    assert sorted(sizes)[1] == 2
    assert max(sizes) <= 3  # where a request more keeps two people at the same moment


def test_the_smallest_run_is_played_again_from_its_case():
    _, shrunk = first()
    assert shrunk.case.play().trace.sha256() == shrunk.outcome.trace.sha256()


def test_nothing_of_what_is_left_can_be_left_out():
    _, shrunk = first()
    tape = shrunk.case.tape
    for deed in tape.deeds:
        smaller = shrunk.case.with_tape(replace(tape, deeds=tape.deeds - {deed}))
        assert shrunk.invariant not in fallen(smaller.play())
    for fault, nth in [(fault, nth) for fault, each in tape.strikes.items() for nth in each]:
        rest = {**tape.strikes, fault: tape.strikes[fault] - {nth}}
        smaller = shrunk.case.with_tape(replace(tape, strikes=rest))
        assert shrunk.invariant not in fallen(smaller.play())


def test_who_has_no_time_is_told_that_it_may_be_larger_than_it_must():
    case, outcome = next(failing())
    shrunk = shrink(case, outcome, within_s=0.0)
    assert not shrunk.is_minimal
    assert "there was no time for more" in size_line(shrunk)


def test_the_story_says_who_did_what_and_what_fell():
    _, shrunk = first()
    story = smallest_story(shrunk).splitlines()
    assert len(story) <= LONGEST
    assert story[0] == "what they do:"
    assert "takes: book" in story[1]
    assert story[-1].startswith("stays-theirs falls: ")
    assert "none can be left out" in size_line(shrunk)
