"""A failing run is made small, and stays a run in which the same thing falls."""

import re
from dataclasses import replace
from functools import cache
from itertools import islice
from math import inf

from boxoffice.search import Case, fallen, shrink
from boxoffice.search.strokes import strikes_of, strokes
from boxoffice.views.smallest import LONGEST, size_line, smallest_story
from tests.engine.search.archive import visit
from tests.engine.search.shelves import looks_first, rummage
from tests.real.tiers import unhurried

SEEDS = range(40)


@cache
def first():
    """Return a failing case, and what it becomes."""
    case, outcome = next(failing())
    return case, shrink(case, outcome, inf)


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
        shrunk = shrink(case, outcome, inf)
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
    struck = strokes(tape.strikes, shrunk.case.lasting)
    for stroke in struck:
        rest = strikes_of(it for it in struck if it != stroke)
        smaller = shrunk.case.with_tape(replace(tape, strikes=rest))
        assert shrunk.invariant not in fallen(smaller.play())


def test_who_has_no_time_is_told_that_it_may_be_larger_than_it_must():
    case, outcome = next(failing())
    shrunk = shrink(case, outcome, within_s=0.0)
    assert not shrunk.is_minimal
    assert "there was no time to make it smaller" in size_line(shrunk)


def test_the_story_says_who_did_what_and_what_fell():
    _, shrunk = first()
    story = smallest_story(shrunk).splitlines()
    assert len(story) <= LONGEST
    assert story[0] == "what they do:"
    assert "takes: book" in story[1]
    assert story[-1].startswith("stays-theirs falls: ")
    # A decision that was made on what was no longer so, and what the other had seen.
    seen = [line.split("  ", 3)[-1] for line in story if " sees " in line]
    assert len(seen) == len(set(seen)) == 2
    assert all(re.search(r"sees library\.shelf \w+: by None, for \w+$", it) for it in seen)
    assert len([line for line in story if "by None → " in line]) == 1
    assert "none can be left out" in size_line(shrunk)


def test_a_server_that_is_slow_all_along_is_one_fault():
    case, outcome = next(
        (case, outcome)
        for case in (Case(visit, seed) for seed in SEEDS)
        if fallen(outcome := case.play())
    )
    shrunk = shrink(case, outcome, inf)
    assert (shrunk.deeds, shrunk.strikes) == (1, 1)
    (slow,) = shrunk.outcome.strikes.values()
    assert len(slow) > 1
    assert "1 deed, 1 injected fault;" in size_line(shrunk)
    story = smallest_story(shrunk)
    assert len(re.findall("late|slow", story)) == 1, story
