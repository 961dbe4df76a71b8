"""Two runs in one picture: what each shows, and that they part at one height."""

import re
from functools import cache
from xml.etree import ElementTree

from boxoffice.trace.outcome import Outcome
from boxoffice.views.explorer.model import run_of
from boxoffice.world.run import run
from scenarios.catalogue import scenario_named, twin_named
from scenarios.lab.picture.beside import HERE, beside, parting

SVG = "{http://www.w3.org/2000/svg}"
LARGEST_PICTURE = 50_000  # bytes, as in tests/notebooks


@cache
def late(bug: str | None = None) -> Outcome:
    return run(scenario_named("late-cancel"), bug=twin_named(bug) if bug else None)


def halves(picture: str) -> list[str]:
    """Return what each half says."""
    return ["".join(it.itertext()) for it in ElementTree.fromstring(picture).findall(f"{SVG}g")]


def test_runs_part_at_the_first_event_that_is_not_the_same() -> None:
    whole, broken = run_of(late()), run_of(late("no-holder-check"))
    at = parting(whole, broken)
    assert at is not None
    said = [one["words"][one["events"]["says"][at]] for one in (whole, broken)]
    assert said == ["tickets updates ticket A", "tickets updates ticket A: holder order 2 → –"]
    assert parting(whole, whole) is None


def test_both_are_drawn_and_part_at_one_height() -> None:
    picture = beside(late(), late("no-holder-check"))
    left, right = halves(picture)
    assert "defence in place" in left
    assert "defence removed: no-holder-check" in right
    assert "ticket A: holder order 2 → –" in right
    assert "ticket A: holder order 2 → –" not in left
    assert HERE in left
    assert HERE in right
    heights = re.findall(r'<path d="M4,([\d.]+)H', picture)
    assert len(heights) == 2
    assert heights[0] == heights[1]
    moved = re.findall(r'<g transform="translate\(([\d.]+),0\)">', picture)
    assert float(moved[1]) > 400


def test_two_that_are_alike_say_of_nowhere_that_they_part() -> None:
    assert HERE not in beside(late(), late())


def test_a_picture_of_the_same_runs_is_the_same() -> None:
    assert beside(late(), late("no-holder-check")) == beside(late(), late("no-holder-check"))


def test_it_is_no_larger_than_a_notebook_can_bear() -> None:
    seats = scenario_named("last-seat")
    crowd = [run(seats, bug=bug, seed=3, size=6) for bug in (None, twin_named("no-unique-hold"))]
    assert len(beside(*crowd)) < LARGEST_PICTURE
